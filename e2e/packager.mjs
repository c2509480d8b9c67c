// npm's shaka-packager takes its keys from ./headend keys over the Widevine key interface, with one key and with rotation.
// The exit code is the verdict. Needs ../shared/packaging/src-clips.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIPS = join(ROOT, "../shared/packaging/src-clips");
// the test signer that shaka-packager's documentation publishes
const SIGNER = { name: "widevine_test", key: "1ae8ccd0e7985cc0b6203a55855a1034afc252980e970ca90e5202689f947ab9", iv: "d58ce954203b7c9a9a9d467f59839249" };
const run = promisify(execFile);

if (!existsSync(CLIPS)) {
  console.log("skip  shaka-packager: ../shared is missing");
  process.exit(0);
}
const work = await mkdtemp(join(tmpdir(), "headend-packager-"));
let server;
let failed = 0;
try {
  // npm verifies what it fetches; kept outside the players' dependencies because it is large
  const home = join(fileURLToPath(new URL(".", import.meta.url)), "out", "packager");
  await mkdir(home, { recursive: true });
  if (!existsSync(join(home, "node_modules/shaka-packager"))) {
    await run("npm", ["install", "--prefix", home, "--no-save", "--no-progress", "--silent", "shaka-packager@3.4.2"], { timeout: 300_000 });
  }
  const packager = join(home, "node_modules/shaka-packager/bin/packager-linux-x64");
  await writeFile(join(work, "secret.txt"), "00112233445566778899aabbccddeeff".repeat(2));
  await writeFile(join(work, "signer.txt"), `${SIGNER.name}:${SIGNER.key}:${SIGNER.iv}`);
  server = spawn("./headend", ["keys", "--port", "0", "--duration", "600", "--secret-file", join(work, "secret.txt"), "--signer-file", join(work, "signer.txt")],
    { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"], detached: true });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    server.stdout.on("data", (bytes) => {
      text += bytes;
      const found = /^(http:\S+\/widevine)$/m.exec(text);
      if (found) resolve(found[1]);
    });
    server.once("exit", (code) => reject(new Error(`./headend keys ended with ${code}`)));
  });
  for (const [name, more] of [
    ["cenc", ["--protection_scheme", "cenc"]],
    ["cbcs", ["--protection_scheme", "cbcs"]],
    ["cbcs, a key for 2 s", ["--protection_scheme", "cbcs", "--crypto_period_duration", "2"]],
  ]) {
    const out = join(work, name.replaceAll(/\W/g, "-"));
    try {
      await run(packager, [
        `in=${join(CLIPS, "s8_v360.mp4")},stream=video,init_segment=${out}/v/init.mp4,segment_template=${out}/v/$Number$.m4s`,
        `in=${join(CLIPS, "s8_a.mp4")},stream=audio,init_segment=${out}/a/init.mp4,segment_template=${out}/a/$Number$.m4s`,
        "--enable_widevine_encryption", "--key_server_url", url, "--content_id", "7465737420636f6e74656e74206964",
        "--signer", SIGNER.name, "--aes_signing_key", SIGNER.key, "--aes_signing_iv", SIGNER.iv,
        "--segment_duration", "2", "--clear_lead", "0", "--mpd_output", `${out}/manifest.mpd`, ...more,
      ], { timeout: 120_000, env: { ...process.env, TMPDIR: work } });
      const mpd = await readFile(`${out}/manifest.mpd`, "utf8");
      assert.match(mpd, /urn:mpeg:dash:mp4protection:2011/);
      console.log(`ok    shaka-packager, ${name}: exit 0`);
    } catch (e) {
      failed++;
      console.log(`FAIL  shaka-packager, ${name}: ${(e.stderr || e.message).slice(-500)}`);
    }
  }
} catch (e) {
  failed++;
  console.log(`FAIL  ${e.message}`);
} finally {
  if (server?.exitCode === null) process.kill(-server.pid, "SIGTERM");
  await rm(work, { recursive: true, force: true });
}
process.exit(failed === 0 ? 0 : 1);
