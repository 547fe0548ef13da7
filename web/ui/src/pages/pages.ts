/** The pages: where they are, what they are called, who sees them; each is loaded when it is first opened. */

import {
  IconActivity,
  IconChartBar,
  IconDialpad,
  IconPhone,
  IconPhoneOutgoing,
  IconRecordMail,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { lazy } from "react";

import type { Session } from "../api/types";
import type { Word } from "../text/words";

export interface PageLink {
  path: string;
  word: Word;
  Icon: typeof IconPhone;
  /** The second key after G. */
  key: string;
}

/** `needs`: any of these permissions. */
export const PAGES: (PageLink & { needs?: string[] })[] = [
  { path: "/phone", word: "phone", Icon: IconDialpad, key: "p" },
  { path: "/live", word: "live", Icon: IconActivity, key: "l" },
  { path: "/calls", word: "calls", Icon: IconPhone, key: "c" },
  { path: "/customers", word: "customers", Icon: IconUsers, key: "u" },
  { path: "/voicemail", word: "voicemails", Icon: IconRecordMail, key: "v" },
  { path: "/campaigns", word: "campaigns", Icon: IconPhoneOutgoing, key: "m", needs: ["campaigns.list"] },
  { path: "/reports", word: "reports", Icon: IconChartBar, key: "r", needs: ["reports.queues"] },
  {
    path: "/settings",
    word: "settings",
    Icon: IconSettings,
    key: "s",
    needs: [
      "settings.people.list",
      "settings.queues.list",
      "settings.forms",
      "blocklist.list",
      "audit.list",
      "system.health",
    ],
  },
];

const isOpen = ({ permissions }: Session, { needs }: (typeof PAGES)[number]) =>
  !needs || needs.some(name => permissions[name]);

export const pagesOf = (session: Session): PageLink[] => PAGES.filter(page => isOpen(session, page));

/** Those that one's role does not let one look at: an address that somebody sent says so. */
export const closedTo = (session: Session): PageLink[] => PAGES.filter(page => !isOpen(session, page));

export const Phone = lazy(() => import("./Phone"));
export const Wall = lazy(() => import("./Wall"));
export const Calls = lazy(() => import("./Calls"));
export const Customers = lazy(() => import("./Customers"));
export const Customer = lazy(() => import("./Customer"));
export const Voicemails = lazy(() => import("./Voicemails"));
export const Campaigns = lazy(() => import("./Campaigns"));
export const Settings = lazy(() => import("../admin/Settings"));
export const Closed = lazy(() => import("../admin/Closed"));
export const Account = lazy(() => import("../admin/Account"));
export const Reports = lazy(() => import("./Reports"));
export const MenuEditor = lazy(() => import("../flow/MenuEditor"));
