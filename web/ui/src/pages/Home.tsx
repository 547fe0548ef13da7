/** Where one begins: the floor; whoever sets up a new company, at what it still needs. */

import { Navigate } from "react-router";

import { isNewCompany, useSetup } from "../admin/useSetup";
import { useRights } from "../live/may";

export function Home() {
  const { may } = useRights();
  const setup = useSetup(may("system.setup"));
  if (setup.isLoading) return null;
  return <Navigate to={setup.data && isNewCompany(setup.data) ? "/settings/setup" : "/live"} replace />;
}
