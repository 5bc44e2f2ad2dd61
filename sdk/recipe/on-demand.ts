/** A value that is made when somebody asks for it, once. */
export function lazily<Value>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= make());
}

/** A map whose values are made when somebody asks for them, each once. */
export class LazyMap<Value> implements ReadonlyMap<string, Value> {
  private readonly made = new Map<string, Value>();
  private readonly names: ReadonlySet<string>;

  constructor(
    names: Iterable<string>,
    private readonly make: (name: string) => Value,
  ) {
    this.names = new Set(names);
  }

  get size(): number {
    return this.names.size;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  get(name: string): Value | undefined {
    return this.names.has(name) ? this.valueFor(name) : undefined;
  }

  keys(): MapIterator<string> {
    return this.names.keys();
  }

  values(): MapIterator<Value> {
    return this.whole().values();
  }

  entries(): MapIterator<[string, Value]> {
    return this.whole().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }

  forEach(visit: (value: Value, name: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }

  private valueFor(name: string): Value {
    if (!this.made.has(name)) this.made.set(name, this.make(name));
    return this.made.get(name) as Value;
  }

  /** In the order of the names. */
  private whole(): ReadonlyMap<string, Value> {
    return new Map([...this.names].map((name) => [name, this.valueFor(name)]));
  }
}
