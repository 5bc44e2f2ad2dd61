/** A value that survives a round trip through JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object. Keys are ordinary data: `__proto__` and `constructor` included. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether a value is a map: neither a scalar nor a list. */
export function isMap(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a strict reader puts up with. */
export interface JsonLimits {
  /** @default 4 MiB */
  readonly maxBytes?: number;
  /** @default 64 */
  readonly maxDepth?: number;
}

// Unrolled, so that a hostile string costs linear time.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gsu;

/**
 * Reads JSON that somebody else wrote, so that no two readers can understand it differently: valid UTF-8 without a byte order mark, no
 * duplicate key, no lone surrogate, no number that a double cannot hold, bounded size and depth. `__proto__` is a key as any other.
 *
 * @throws SyntaxError with what is wrong. Callers turn it into their own coded error.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits = {}): JsonValue {
  const maxBytes = limits.maxBytes ?? 4 * 1024 * 1024;
  if (bytes.byteLength > maxBytes) throw new SyntaxError(`JSON is larger than ${maxBytes} bytes`);
  const text = decodeUtf8(bytes);
  checkStructure(text, limits.maxDepth ?? 64);
  const value = JSON.parse(text) as JsonValue;
  checkScalars(value);
  return value;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("JSON is not valid UTF-8", { cause });
  }
}

/** Depth and duplicate keys, which `JSON.parse` does not look at. The grammar itself is left to `JSON.parse`. */
function checkStructure(text: string, maxDepth: number): void {
  const open: (Set<string> | undefined)[] = [];
  let lastString: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
      if (open.length > maxDepth) throw new SyntaxError(`JSON is nested deeper than ${maxDepth} levels`);
    } else if (token === "}" || token === "]") {
      open.pop();
    } else if (token === ":" && lastString !== undefined) {
      const key = JSON.parse(lastString) as string;
      const keys = open.at(-1);
      if (keys?.has(key)) throw new SyntaxError(`JSON has the key ${JSON.stringify(key)} twice`);
      keys?.add(key);
    }
    lastString = token.startsWith('"') ? token : undefined;
  }
}

function checkScalars(value: JsonValue): void {
  if (typeof value === "number" && !isExact(value)) throw new SyntaxError(`JSON has a number out of range: ${value}`);
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new SyntaxError("JSON has a lone surrogate");
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    checkScalars(key);
    checkScalars(member as JsonValue);
  }
}

const isExact = (n: number): boolean => Number.isFinite(n) && (!Number.isInteger(n) || Number.isSafeInteger(n));
