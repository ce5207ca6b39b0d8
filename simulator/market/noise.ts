/** Deterministic noise: every value is a pure function of its key, so that no state has to be kept or replayed. */

/** A 32-bit hash of text. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash, text.length);
}

/** Mixes two 32-bit numbers into one that looks random. */
export function mix(a: number, b: number): number {
  let hash = (a ^ Math.imul(b | 0, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

/** Uniform in [0, 1). */
export function unit(key: number, index: number): number {
  return (mix(key, index) >>> 0) / 4_294_967_296;
}

/** Uniform in [−1, 1). */
export function signed(key: number, index: number): number {
  return unit(key, index) * 2 - 1;
}

/**
 * A random-walk-like function of time that can be evaluated anywhere: value noise over periods of 1, 2, 4 … 2^(octaves−1),
 * each with amplitude in proportion to the root of its period.
 * @returns a value whose difference over one unit of time has a standard deviation near 1
 */
export function walk(key: number, time: number, octaves: number): number {
  let sum = 0;
  let period = 1;
  for (let octave = 0; octave < octaves; octave += 1, period *= 2) {
    const octaveKey = mix(key, octave + 1);
    const position = time / period;
    const index = Math.floor(position);
    const fraction = position - index;
    const left = signed(octaveKey, index);
    const right = signed(octaveKey, index + 1);
    sum += Math.sqrt(period) * (left + (right - left) * fraction);
  }
  return sum * Math.sqrt(3 / 4);
}
