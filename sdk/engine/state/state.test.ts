import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { SECRET, secret, SIGNATURE } from "../wire";
import { decodeResource, encodeResource } from "./codec";
import { Crypter, passphraseFrom } from "./crypter";
import { JournalWriter, readJournal } from "./journal";
import { references, type ResourceState } from "./model";
import { inOrder } from "./order";

describe("passphrase secrets", function () {
  this.timeout(30_000); // A key takes a million rounds.
  it("open with the passphrase that they were made with, and no other", async () => {
    const crypter = await Crypter.open("phrase");
    const again = await Crypter.open("phrase", crypter.salt);
    assert.equal(again.decrypt(crypter.encrypt('{"a":"ü"}')), '{"a":"ü"}');
    assert.match(crypter.salt, /^v1:[A-Za-z0-9+/]{11}=:v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+=*$/);
    await assert.rejects(Crypter.open("other", crypter.salt), { code: "PASSPHRASE_WRONG" });
    await assert.rejects(Crypter.open("phrase", "v2:x"), { code: "SALT_INVALID" });
  });

  it("notice a changed byte", () => {
    const crypter = Crypter.withKey(Buffer.alloc(32));
    const [version, nonce, sealed = ""] = crypter.encrypt("secret").split(":");
    const bytes = Buffer.from(sealed, "base64");
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    assert.throws(() => crypter.decrypt(`${version}:${nonce}:${bytes.toString("base64")}`), {
      code: "SECRET_UNREADABLE",
    });
    assert.notEqual(crypter.encrypt("secret"), crypter.encrypt("secret"));
  });

  it("take an empty passphrase that was set, and refuse one that was not", () => {
    assert.equal(passphraseFrom({ PULUMI_CONFIG_PASSPHRASE: "" }), "");
    assert.throws(() => passphraseFrom({}), { code: "PASSPHRASE_MISSING" });
    assert.throws(() => passphraseFrom({ PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" }), { code: "PASSPHRASE_MISSING" });
  });
});

describe("secrets in a state file", () => {
  const crypter = Crypter.withKey(Buffer.alloc(32));
  const resource = (outputs: ResourceState["outputs"]): ResourceState => ({
    urn: "urn:pulumi:dev::p::t::a",
    custom: true,
    type: "t",
    inputs: {},
    outputs,
  });

  it("inside a secret lose their own marks, which the Pulumi CLI would refuse", () => {
    const nested = resource({ data: secret({ token: secret("x"), list: [secret(1), 2] }) });
    const saved = encodeResource(nested, crypter)["outputs"] as { data: { ciphertext: string } };
    assert.deepEqual(JSON.parse(crypter.decrypt(saved.data.ciphertext)), { token: "x", list: [1, 2] });
  });

  it("inside a secret are read as the Pulumi CLI writes them: with JSON in place of a ciphertext", () => {
    const inner = { token: { [SIGNATURE]: SECRET, ciphertext: '"x"' } };
    const data = { [SIGNATURE]: SECRET, ciphertext: crypter.encrypt(JSON.stringify(inner)) };
    const read = decodeResource({ ...resource({}), outputs: { data } }, crypter);
    assert.deepEqual(read.outputs, { data: secret({ token: "x" }) });
  });
});

describe("the journal", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "cairn-journal-"));
  const file = path.join(folder, "journal");
  after(() => fs.rmSync(folder, { recursive: true }));

  it("gives back what was written, also by many at once", async () => {
    const writer = await JournalWriter.open(file);
    await Promise.all(Array.from({ length: 50 }, (_, index) => writer.append([{ drop: String(index) }, { end: "x" }])));
    await writer.close();
    const drops = readJournal(file, false).flatMap((entry) => ("drop" in entry ? [Number(entry.drop)] : []));
    assert.deepEqual(
      drops,
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  it("keeps every whole line, wherever it was torn", () => {
    const lines = [[{ base: "x", salt: "y" }], [{ drop: "ä" }], [{ drop: "b" }, { end: "c" }]].map(
      (line) => `${JSON.stringify(line)}\n`,
    );
    const whole = Buffer.from(lines.join(""));
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        fs.writeFileSync(file, whole.subarray(0, length));
        const complete = whole.subarray(0, length).toString("latin1").split("\n").length - 1;
        const expected = lines.slice(0, complete).flatMap((line) => JSON.parse(line) as unknown[]);
        assert.deepEqual(readJournal(file, true), expected);
        assert.equal(fs.statSync(file).size, Buffer.byteLength(lines.slice(0, complete).join("")));
      }),
    );
  });

  it("refuses rubbish in the middle", () => {
    fs.writeFileSync(file, '[{"base":"x"}]\nrubbish\n[{"drop":"a"}]\n');
    assert.throws(() => readJournal(file, true), { code: "STATE_CORRUPT", message: /journal:2/ });
  });
});

describe("the order of resources", () => {
  const resource = (urn: string, needs: readonly string[]): ResourceState => ({
    urn,
    type: "t",
    custom: true,
    inputs: {},
    outputs: {},
    dependencies: needs,
  });

  it("puts what a resource refers to before it, whatever the order was", () => {
    const graph = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 20 }).map((edges) =>
      edges.map((needs, index) =>
        resource(
          `u${index}`,
          needs.filter((need) => need < index).map((need) => `u${need}`),
        ),
      ),
    );
    const shuffled = graph.chain((resources) => fc.shuffledSubarray(resources, { minLength: resources.length }));
    fc.assert(
      fc.property(shuffled, (resources) => {
        const ordered = inOrder(resources, (urn) => urn);
        assert.equal(ordered.length, resources.length);
        ordered.forEach((each, index) => {
          for (const urn of references(each)) assert.ok(ordered.findIndex((other) => other.urn === urn) < index);
        });
      }),
    );
  });

  it("ends on a cycle", () => {
    assert.equal(inOrder([resource("a", ["b"]), resource("b", ["a"])], (urn) => urn).length, 2);
  });
});
