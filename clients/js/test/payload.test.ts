import {createCipheriv, createHash, createHmac, hkdfSync} from "node:crypto";

import {describe, expect, test} from "vitest";

import {type EncryptedData, PayloadError, decryptPayload} from "../src/index.js";

const API_KEY = "frapi_ключ";
const IV = Buffer.alloc(16, 7);

/** As the server seals, with Node's own primitives. */
function seal(content: string, apiKey = API_KEY): EncryptedData & {mac: string} {
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(apiKey).digest(), IV);
  const sealed = Buffer.concat([IV, cipher.update(content), cipher.final()]);
  const macKey = Buffer.from(hkdfSync("sha256", apiKey, "", "frapi payload mac v1", 32));
  return {
    encrypted_payload: sealed.toString("base64"),
    algorithm: "AES-256-CBC",
    mac: createHmac("sha256", macKey).update(sealed).digest("base64"),
  };
}

function withFlippedBit(base64: string, at: number): string {
  const bytes = Buffer.from(base64, "base64");
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString("base64");
}

test("what the server sealed is opened", async () => {
  expect(await decryptPayload(seal('{"id": "1", "user_id": "ada"}'), API_KEY)).toEqual({id: "1", user_id: "ada"});
});

describe("not opened is", () => {
  const good = seal('{"id": "1"}');

  test.each<[string, EncryptedData]>([
    ["what another key sealed", seal('{"id": "1"}', "frapi_other")],
    ["a changed IV", {...good, encrypted_payload: withFlippedBit(good.encrypted_payload, 0)}],
    ["a changed ciphertext", {...good, encrypted_payload: withFlippedBit(good.encrypted_payload, 20)}],
    ["a changed mac", {...good, mac: withFlippedBit(good.mac, 31)}],
    ["a shortened mac", {...good, mac: Buffer.from(good.mac, "base64").subarray(0, 16).toString("base64")}],
    ["an empty mac", {...good, mac: ""}],
    ["what has no mac", {encrypted_payload: good.encrypted_payload, algorithm: good.algorithm}],
    ["another algorithm", {...good, algorithm: "AES-256-GCM"}],
    ["what isn't base64", {...good, encrypted_payload: "%%%"}],
    ["nothing", {...good, encrypted_payload: ""}],
    ["what holds no JSON", seal("hello")],
  ])("%s", async (_, encrypted) => {
    await expect(decryptPayload(encrypted, API_KEY)).rejects.toThrow(PayloadError);
  });
});
