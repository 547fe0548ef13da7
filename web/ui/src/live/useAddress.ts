/** What a page shows stands in its address: a reload and the way back bring it again, and it can be sent to somebody. */

import { useCallback } from "react";
import { useSearchParams } from "react-router";

export type Shown = Record<string, string | null>;

/** The address with some of its values changed; what is empty is not written. */
export function changed(before: URLSearchParams, values: Shown): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(values)) {
    if (value) after.set(name, value);
    else after.delete(name);
  }
  return after;
}

/** `change` takes the place of the address before, `go` can be gone back from. */
export function useAddress() {
  const [address, setAddress] = useSearchParams();
  const change = useCallback(
    (values: Shown) => setAddress(before => changed(before, values), { replace: true }),
    [setAddress],
  );
  const go = useCallback((values: Shown) => setAddress(before => changed(before, values)), [setAddress]);
  return { address, change, go };
}
