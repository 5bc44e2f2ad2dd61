import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack, type Header } from "tar-stream";
import { digestOf } from "./reference";
import { packLayer, packTar, pathProblem, readTar, unpackTar } from "./tar";

type Entry = readonly [header: Partial<Header> & { readonly name: string }, content?: string];

/** A tar archive with entries that no honest tool writes. */
async function tar(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) archive.entry({ ...header, mtime: new Date(0) }, content ?? "");
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const file = (name: string, content = "x"): Entry => [{ name }, content];

describe("packLayer", () => {
  it("gives the same bytes for the same files, whatever their order", async () => {
    const one = await packLayer({ b: "2", a: "1" });
    const other = await packLayer({ a: Buffer.from("1"), b: "2" });
    assert.equal(digestOf(one), digestOf(other));
  });

  it("refuses a path that leaves the archive", () =>
    assert.rejects(packLayer({ "../a": "" }), { code: "OCI_ARCHIVE_INVALID" }));

  const path = fc
    .array(fc.stringMatching(/^[a-z0-9_-]{1,12}(?:\.[a-z]{1,4})?$/), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("/"))
    .filter((p) => pathProblem(p) === undefined);
  const files = fc.dictionary(path, fc.uint8Array({ maxLength: 2000 }), {
    minKeys: 1,
    maxKeys: 8,
    noNullPrototype: true,
  });

  it("is read back by readTar, compressed or not", async () => {
    await fc.assert(
      fc.asyncProperty(files, async (contents) => {
        const buffers = Object.fromEntries(Object.entries(contents).map(([p, bytes]) => [p, Buffer.from(bytes)]));
        const read = await readTar(await packLayer(buffers));
        assert.deepEqual(Object.fromEntries(read), buffers);
      }),
      { numRuns: 50 },
    );
  });
});

describe("unpackTar", () => {
  it("reads what packTar wrote, whatever the length and the letters of a path", async () => {
    const long = `${"folder/".repeat(40)}file`;
    const split = `${"a".repeat(90)}/${"b".repeat(60)}`;
    const files = { a: "1", [long]: "2", [split]: "", "größe/ü.yaml": "x".repeat(1000), z: "26" };
    const read = unpackTar(await packTar(files));
    assert.deepEqual(Object.fromEntries([...read].map(([name, bytes]) => [name, bytes.toString()])), files);
  });

  const refused: Readonly<Record<string, () => Promise<Buffer>>> = {
    "a symlink": () => tar([{ name: "a", type: "symlink", linkname: "/etc/passwd" }]),
    "a path with ..": () => tar(file("a/../../b")),
    "an end that is missing": async () => (await tar(file("a", "x".repeat(600)))).subarray(0, 1000),
    "what is no archive": () => Promise.resolve(Buffer.from("apiVersion: v1")),
  };
  for (const [what, archive] of Object.entries(refused))
    it(`refuses ${what}`, async () => {
      const bytes = await archive();
      assert.throws(() => unpackTar(bytes), { code: "OCI_ARCHIVE_INVALID" });
    });
});

describe("readTar", () => {
  const attacks: Readonly<Record<string, () => Promise<Buffer> | Buffer>> = {
    "a symlink": () => tar([{ name: "a", type: "symlink", linkname: "/etc/passwd" }]),
    "a hard link": () => tar(file("a"), [{ name: "b", type: "link", linkname: "a" }]),
    "a device": () => tar([{ name: "a", type: "character-device" }]),
    "a pipe": () => tar([{ name: "a", type: "fifo" }]),
    "a path with ..": () => tar(file("a/../../b")),
    "an absolute path": () => tar(file("/etc/passwd")),
    "a path on a drive": () => tar(file("C:/windows")),
    "a path with backslashes": () => tar(file("..\\..\\b")),
    "a path with a control character": () => tar(file("a\u001bb")),
    "a Windows device": () => tar(file("con.txt")),
    "a path that ends in a dot": () => tar(file("a.")),
    "a file twice": () => tar(file("a", "1"), file("a", "2")),
    "two files that differ in case only": () => tar(file("README"), file("readme")),
    "two files that differ in Unicode form only": () => tar(file("\u00e9"), file("e\u0301")),
    "more files than allowed": () => tar(...Array.from({ length: 11 }, (_, i) => file(`f${i}`))),
    "more bytes than allowed": () => tar(file("a", "x".repeat(2000))),
    "a bomb": () => gzipSync(Buffer.alloc(50_000_000)),
    "a truncated archive": async () => (await tar(file("a", "x".repeat(900)))).subarray(0, 700),
    "a truncated gzip": async () => {
      const zipped = gzipSync(await tar(file("a")));
      return zipped.subarray(0, zipped.length - 10);
    },
    "a checksum that is wrong": async () => {
      const bytes = await tar(file("a"));
      bytes[0]! ^= 1;
      return bytes;
    },
    "no files": () => tar([{ name: "a/", type: "directory" }]),
    "no archive": () => Buffer.from("hello"),
    nothing: () => Buffer.alloc(0),
  };
  for (const [name, attack] of Object.entries(attacks)) {
    it(`refuses ${name}`, async () =>
      assert.rejects(readTar(await attack(), { total: 1000, files: 10 }), { code: "OCI_ARCHIVE_INVALID" }));
  }

  it("takes no longer name for a file than its path in an extended header", async () => {
    const long = `${"d/".repeat(100)}file`;
    assert.deepEqual([...(await readTar(await tar(file(long)))).keys()], [long]);
  });

  it("either refuses any bytes or reads plain relative paths", async () => {
    const base = await tar(file("dir/a", "hello"), file("b", "world"));
    await fc.assert(
      fc.asyncProperty(fc.nat(base.length - 1), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
        const changed = Buffer.from(base);
        changed[at] = byte;
        const paths = await readTar(changed).then(
          (files) => [...files.keys()],
          (error: { code?: string }) => {
            assert.equal(error.code, "OCI_ARCHIVE_INVALID");
            return [];
          },
        );
        for (const path of paths) assert.equal(pathProblem(path), undefined);
      }),
      { numRuns: 300 },
    );
  });
});
