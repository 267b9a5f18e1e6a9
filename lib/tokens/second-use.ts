/** The number of characters that tell the ends of tokens apart. */
const HASHED_LENGTH = 8;

/** With so many slots for each token that can be cached, few tokens share one. */
const SLOTS_PER_TOKEN = 4;

/**
 * Creates a function that checks whether it was called before with the end of a token. It keeps
 * only 16 bits for each, so it sometimes forgets one, and rarely takes one for another.
 */
export function createSecondUseCheck(tokenCacheSize: number): (end: string) => boolean {
  const slotCount = 2 ** Math.ceil(Math.log2(SLOTS_PER_TOKEN * tokenCacheSize));
  const marks = new Uint16Array(slotCount);
  return (end) => {
    let hash = 0;
    for (let at = 0; at < HASHED_LENGTH; at++) hash = Math.imul(hash, 67) + end.charCodeAt(at);
    const slot = hash & (slotCount - 1);
    const mark = hash >>> 16 || 1;
    if (marks[slot] === mark) return true;
    // By chance, or two tokens of one slot that take turns would replace each other forever.
    if (marks[slot] === 0 || Math.random() < 0.5) marks[slot] = mark;
    return false;
  };
}
