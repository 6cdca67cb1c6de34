import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "../src/api/client.ts";

test("a client sends nothing with the token of somebody else, however often it is refused", async () => {
  let present = "a";
  const stored: (string | null)[] = [];
  const heard: string[] = [];
  globalThis.fetch = async (_, call) => {
    if (call?.method === "GET") {
      return Response.json({ subject: present, csrf_token: `token of ${present}` });
    }
    const token = new Headers(call?.headers).get("X-CSRF-Token");
    if (token !== `token of ${present}`) {
      return Response.json({ code: "auth.csrf", title: "", detail: "" }, { status: 403 });
    }
    stored.push(token);
    return Response.json({});
  };
  const client = new Client("nl", {
    signedOut: () => heard.push("signed out"),
    replaced: () => heard.push("replaced"),
  });
  await client.me();
  await client.send("PATCH", "/a");
  present = "b";
  assert.equal((await client.me())?.subject, "b");
  await assert.rejects(client.send("PATCH", "/b"));
  await assert.rejects(client.send("PATCH", "/b"));
  assert.deepEqual(stored, ["token of a"]);
  assert.deepEqual(heard, ["replaced", "replaced"]);
});
