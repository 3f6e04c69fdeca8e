/** Milliseconds that a device may take to say what it keeps. */
const OPEN_MS = 5000;

/** The same, unless it takes longer than a device may: rejects then, and whatever comes later is somebody else's to use. */
export async function inTime<T>(opening: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${OPEN_MS} ms`)), OPEN_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
