/** The pages: where they are, what they are called, who sees them; each is loaded when it is first opened. */

import { IconActivity, IconChartBar, IconDialpad, IconPhone, IconRecordMail, IconUsers } from "@tabler/icons-react";
import { lazy } from "react";

import type { Role } from "../api/types";
import type { Word } from "../text/words";

export interface PageLink {
  path: string;
  word: Word;
  Icon: typeof IconPhone;
  /** The second key after G. */
  key: string;
}

export const PAGES: (PageLink & { roles?: Role[] })[] = [
  { path: "/phone", word: "phone", Icon: IconDialpad, key: "p" },
  { path: "/live", word: "live", Icon: IconActivity, key: "l" },
  { path: "/calls", word: "calls", Icon: IconPhone, key: "c" },
  { path: "/customers", word: "customers", Icon: IconUsers, key: "u" },
  { path: "/voicemail", word: "voicemails", Icon: IconRecordMail, key: "v" },
  { path: "/reports", word: "reports", Icon: IconChartBar, key: "r", roles: ["supervisor", "administrator"] },
];

export const pagesOf = (role: Role): PageLink[] => PAGES.filter((page) => !page.roles || page.roles.includes(role));

export const Phone = lazy(() => import("./Phone"));
export const Wall = lazy(() => import("./Wall"));
export const Calls = lazy(() => import("./Calls"));
export const Customers = lazy(() => import("./Customers"));
export const Customer = lazy(() => import("./Customer"));
export const Voicemails = lazy(() => import("./Voicemails"));
export const Reports = lazy(() => import("./Reports"));
export const Menus = lazy(() => import("../flow/Menus"));
export const MenuEditor = lazy(() => import("../flow/MenuEditor"));
