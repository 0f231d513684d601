/** Addresses that a session may have; the server's own client makes `ws:` of `http:`. */
const SCHEMES: ReadonlySet<string> = new Set(["ws:", "wss:", "http:", "https:"]);

/** Whether a text can be the address of a session at all. */
export function isSessionUrl(url: string): boolean {
  try {
    return SCHEMES.has(new URL(url).protocol);
  } catch {
    return false;
  }
}

/**
 * Asks the page for a new session.
 *
 * @returns `null` when it gave none.
 */
export async function askForSession(getSession: () => Promise<string>): Promise<string | null> {
  try {
    const url = await getSession();
    return isSessionUrl(url) ? url : null;
  } catch {
    // The page knows why its own function failed; the person is told that no check could be started.
    return null;
  }
}
