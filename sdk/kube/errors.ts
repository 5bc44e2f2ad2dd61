import * as z from "zod";

import { CairnError, type CairnErrorOptions } from "../errors";
import { type JsonValue } from "../json";

export type KubeErrorCode =
  | "KUBE_ALREADY_EXISTS"
  | "KUBE_BAD_ANSWER"
  | "KUBE_BAD_REQUEST"
  | "KUBE_CONFLICT"
  | "KUBE_EXPIRED"
  | "KUBE_FORBIDDEN"
  | "KUBE_INVALID"
  | "KUBE_KIND_UNKNOWN"
  | "KUBE_NOT_FOUND"
  | "KUBE_REFUSED"
  | "KUBE_TIMEOUT"
  | "KUBE_UNAUTHORIZED"
  | "KUBE_UNAVAILABLE"
  | "KUBE_UNREACHABLE";

/** One cause in a `Status`, as the server words it. */
export interface StatusCause {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly field?: string | undefined;
}

/** Another field manager, and the fields it owns that we wanted to set. */
export interface FieldConflict {
  readonly manager: string;
  readonly fields: readonly string[];
}

export interface KubeErrorOptions extends CairnErrorOptions {
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly causes?: readonly StatusCause[];
  readonly retryAfter?: number | undefined;
}

/** What an API server refused, or why it could not be asked. */
export class KubeError extends CairnError<KubeErrorCode> {
  /** HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined;
  /** `reason` of the server's Status, such as `NotFound`. */
  readonly reason: string | undefined;
  readonly causes: readonly StatusCause[];
  /** Seconds that the server asked us to wait. */
  readonly retryAfter: number | undefined;

  constructor(code: KubeErrorCode, summary: string, options: KubeErrorOptions = {}) {
    super(code, summary, options);
    this.name = "KubeError";
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes ?? [];
    this.retryAfter = options.retryAfter;
  }

  /** For a server-side apply conflict: who owns which fields, by manager. */
  get conflicts(): readonly FieldConflict[] {
    const byManager = new Map<string, string[]>();
    for (const { reason, message, field } of this.causes) {
      const manager =
        reason === "FieldManagerConflict" ? /^conflict with "([^"]*)"/.exec(message ?? "")?.[1] : undefined;
      if (manager === undefined) continue;
      byManager.set(manager, [...(byManager.get(manager) ?? []), field ?? "(unknown field)"]);
    }
    return [...byManager].map(([manager, fields]) => ({ manager, fields }));
  }
}

const Status = z.looseObject({
  kind: z.literal("Status"),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .looseObject({
      causes: z
        .array(
          z.looseObject({
            reason: z.string().optional(),
            message: z.string().optional(),
            field: z.string().optional(),
          }),
        )
        .optional(),
      retryAfterSeconds: z.number().optional(),
    })
    .optional(),
});

interface Meaning {
  readonly code: KubeErrorCode;
  readonly kind?: CairnErrorOptions["kind"];
  readonly hint?: string;
}

const byStatus: Readonly<Record<number, Meaning>> = {
  400: { code: "KUBE_BAD_REQUEST" },
  401: {
    code: "KUBE_UNAUTHORIZED",
    kind: "could-not-check",
    hint: "log in again, or check the user of the kubeconfig's context",
  },
  403: { code: "KUBE_FORBIDDEN", hint: "ask for the permission, or use a context whose user has it" },
  404: { code: "KUBE_NOT_FOUND" },
  409: { code: "KUBE_CONFLICT" },
  410: { code: "KUBE_EXPIRED", kind: "could-not-check" },
  422: { code: "KUBE_INVALID" },
  429: { code: "KUBE_UNAVAILABLE", kind: "could-not-check" },
};

/** The error for an answer that is not a success. `what` names the request, such as `get apps/v1 Deployment web/api`. */
export function errorOfAnswer(
  what: string,
  status: number,
  answer: JsonValue | undefined,
  retryAfter?: number,
): KubeError {
  const parsed = Status.safeParse(answer).data;
  const reason = parsed?.reason;
  const meaning: Meaning =
    reason === "AlreadyExists"
      ? { code: "KUBE_ALREADY_EXISTS" }
      : (byStatus[status] ??
        (status >= 500 ? { code: "KUBE_UNAVAILABLE", kind: "could-not-check" } : { code: "KUBE_BAD_REQUEST" }));
  return new KubeError(meaning.code, `${what}: ${parsed?.message ?? `the server answered ${status}`}`, {
    status,
    reason,
    causes: parsed?.details?.causes ?? [],
    retryAfter: retryAfter ?? parsed?.details?.retryAfterSeconds,
    ...(meaning.kind ? { kind: meaning.kind } : {}),
    ...(meaning.hint ? { hint: meaning.hint } : {}),
  });
}

/** `error` is a KubeError with one of these codes. */
export function isKubeError(error: unknown, ...codes: readonly KubeErrorCode[]): error is KubeError {
  return error instanceof KubeError && (codes.length === 0 || codes.includes(error.code));
}
