# Everything that a checkout can do. Each target sets up what it needs: a fresh clone can start with `make demo` or `make test`.

.PHONY: setup demo demo-down test test-unit test-engine test-cluster test-interop test-clouds lint format coverage bench clean

# A Node that fits, known once set-up has run.
NODE = "$$(node scripts/node-path.mjs)"

setup:
	@node scripts/setup.mjs

demo: setup
	@$(NODE) scripts/demo.mjs

demo-down: setup
	@$(NODE) scripts/demo.mjs down

test: setup
	@$(NODE) scripts/test.mjs

test-unit test-engine test-cluster test-interop test-clouds: setup
	@$(NODE) scripts/test.mjs $(@:test-%=%)

lint: setup
	@$(NODE) scripts/test.mjs lint

format: setup
	@$(NODE) node_modules/prettier/bin/prettier.cjs --write .

coverage: setup
	@$(NODE) node_modules/c8/bin/c8.js $(NODE) scripts/test.mjs unit engine cluster interop

bench: setup
	@$(NODE) tests/dist/bench/run.js $(GROUPS)

clean:
	@rm -rf coverage $$(git ls-files --others --ignored --exclude-standard --directory | grep -E '(^|/)dist/$$|\.tsbuildinfo$$')
