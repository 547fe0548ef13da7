/** The administrator's desk: what there is on the left, by group, and what one works on beside it. */

import "./admin.css";

import { NavLink, NativeSelect, Skeleton, Stack, Text } from "@mantine/core";
import {
  IconAffiliate,
  IconBan,
  IconBell,
  IconBolt,
  IconBuilding,
  IconClockHour4,
  IconDeviceLandlinePhone,
  IconHash,
  IconHeartbeat,
  IconHistory,
  IconKey,
  IconListNumbers,
  IconMailForward,
  IconMoon,
  IconPhoneOff,
  IconPhoneOutgoing,
  IconPlayerRecord,
  IconPlugConnected,
  IconPoint,
  IconRecordMail,
  IconRocket,
  IconShieldLock,
  IconSitemap,
  IconSpeakerphone,
  IconUsers,
  IconUsersGroup,
  IconWebhook,
} from "@tabler/icons-react";
import { lazy, Suspense, useEffect } from "react";
import { Link, Navigate, Route, Routes, useLocation, useNavigate, useParams } from "react-router";

import { ApiError } from "../api/client";
import { Failure } from "../components/Failure";
import { useLive } from "../live/session";
import { PartList, kindWord } from "./PartList";
import { PartPage, type Extras } from "./PartPage";
import { RuleInWords } from "./rules/RuleInWords";
import { useForms } from "./parts";
import { PasswordsTold, PersonAside } from "./PersonAside";
import { isNewCompany, useSetup } from "./useSetup";
import { ReportMailAside } from "./ReportMailAside";
import { TrunkAside } from "./TrunkAside";
import { WebhookAside } from "./WebhookAside";
import { useAdmin, type AdminWord } from "./words";

const Audit = lazy(() => import("./Audit"));
const Blocklist = lazy(() => import("./Blocklist"));
const BuiltInRoles = lazy(() => import("./BuiltInRoles").then(({ BuiltInRoles: Roles }) => ({ default: Roles })));
const DoNotCall = lazy(() => import("./DoNotCall"));
const Hours = lazy(() => import("./Hours"));
const Menus = lazy(() => import("../flow/Menus"));
const Prompts = lazy(() => import("./Prompts"));
const RecordingPolicy = lazy(() =>
  import("./recordings/PolicyForm").then(({ PolicyForm }) => ({ default: PolicyForm })),
);
const RecordingsKept = lazy(() =>
  import("./recordings/Erasure").then(({ RecordingsKept: Kept }) => ({ default: Kept })),
);
const Role = lazy(() => import("./RoleRights").then(({ RoleRights }) => ({ default: RoleRights })));
const Setup = lazy(() => import("./Setup"));
const SystemHealth = lazy(() => import("./SystemHealth"));
const Devices = lazy(() => import("./SystemHealth").then(({ Devices }) => ({ default: Devices })));
const Tokens = lazy(() => import("./Tokens"));

interface Place {
  path: string;
  group: AdminWord;
  needs: string;
  Icon: typeof IconUsers;
}

const PLACES: Place[] = [
  { path: "setup", group: "overview", needs: "system.setup", Icon: IconRocket },
  { path: "system", group: "overview", needs: "system.health", Icon: IconHeartbeat },
  { path: "audit", group: "overview", needs: "audit.list", Icon: IconHistory },
  { path: "company", group: "groupPeople", needs: "settings.company.read", Icon: IconBuilding },
  { path: "people", group: "groupPeople", needs: "settings.people.list", Icon: IconUsers },
  { path: "roles", group: "groupPeople", needs: "settings.roles.list", Icon: IconShieldLock },
  { path: "devices", group: "groupPeople", needs: "devices.list", Icon: IconDeviceLandlinePhone },
  { path: "numbers", group: "groupCalls", needs: "settings.numbers.list", Icon: IconHash },
  { path: "menus", group: "groupCalls", needs: "settings.menus.list", Icon: IconSitemap },
  { path: "queues", group: "groupCalls", needs: "settings.queues.list", Icon: IconListNumbers },
  { path: "ring_groups", group: "groupCalls", needs: "settings.ring_groups.list", Icon: IconBell },
  { path: "rooms", group: "groupCalls", needs: "settings.rooms.list", Icon: IconUsersGroup },
  { path: "hours", group: "groupCalls", needs: "settings.queues.list", Icon: IconClockHour4 },
  { path: "switches", group: "groupCalls", needs: "settings.switches.list", Icon: IconMoon },
  { path: "voicemail_boxes", group: "groupCalls", needs: "settings.voicemail_boxes.list", Icon: IconRecordMail },
  { path: "prompts", group: "groupCalls", needs: "prompts.list", Icon: IconSpeakerphone },
  { path: "recordings", group: "groupCalls", needs: "settings.recordings.read", Icon: IconPlayerRecord },
  { path: "blocklist", group: "groupCalls", needs: "blocklist.list", Icon: IconBan },
  { path: "campaigns", group: "groupCalls", needs: "settings.campaigns.list", Icon: IconPhoneOutgoing },
  { path: "do_not_call", group: "groupCalls", needs: "do_not_call.list", Icon: IconPhoneOff },
  { path: "trunks", group: "groupSystem", needs: "settings.trunks.list", Icon: IconPlugConnected },
  { path: "report_mails", group: "groupSystem", needs: "settings.report_mails.list", Icon: IconMailForward },
  { path: "crm_rules", group: "groupSystem", needs: "settings.crm_rules.list", Icon: IconBolt },
  { path: "webhooks", group: "groupSystem", needs: "settings.webhooks.list", Icon: IconWebhook },
  { path: "tokens", group: "groupSystem", needs: "tokens.list", Icon: IconKey },
];

/** What this person may see of it; kinds of parts that the page does not know by name come last. */
function usePlaces(): Place[] {
  const { session } = useLive();
  const permissions = session?.permissions ?? {};
  const forms = useForms();
  const known = new Set(PLACES.map(place => place.path));
  const others = (forms.data?.items ?? [])
    .filter(form => !known.has(form.kind))
    .map(form => ({
      path: form.kind,
      group: "groupSystem" as const,
      needs: `settings.${form.kind}.list`,
      Icon: form.kind === "switches" ? IconAffiliate : IconPoint,
    }));
  return [...PLACES, ...others].filter(place => permissions[place.needs]);
}

const RECORDINGS: Extras = {
  body: (value, change, faults) => (
    <Suspense>
      <RecordingPolicy value={value} change={change} faults={faults} />
    </Suspense>
  ),
  aside: () => (
    <Suspense>
      <RecordingsKept />
    </Suspense>
  ),
};

export default function Settings() {
  const { a } = useAdmin();
  const places = usePlaces();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const here = pathname.split("/")[2] ?? "";
  const setup = useSetup(places.some(place => place.path === "setup"));
  const isNew = setup.isSuccess && isNewCompany(setup.data);
  const first = places.find(place => place.path === (isNew ? "setup" : "people")) ?? places[0];
  const groups = [...new Set(places.map(place => place.group))];
  useEffect(() => {
    document.querySelector(".settings-link[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [here, places.length]);
  return (
    <div className="settings">
      <nav aria-label={a("settings")} className="settings-nav">
        <NativeSelect
          hiddenFrom="md"
          aria-label={a("settings")}
          value={here}
          data={groups.map(group => ({
            group: a(group),
            items: places
              .filter(place => place.group === group)
              .map(place => ({ value: place.path, label: kindWord(a, place.path) })),
          }))}
          onChange={event => void navigate(`/settings/${event.currentTarget.value}`)}
        />
        <Stack gap={0} visibleFrom="md">
          {groups.map(group => (
            <div key={group}>
              <Text size="xs" fw={600} c="dimmed" mt="sm" px="xs">
                {a(group)}
              </Text>
              {places
                .filter(place => place.group === group)
                .map(({ path, Icon }) => (
                  <NavLink
                    key={path}
                    component={Link}
                    to={`/settings/${path}`}
                    active={here === path}
                    label={kindWord(a, path)}
                    leftSection={<Icon size={18} aria-hidden="true" />}
                    className="settings-link"
                    {...(here === path ? { "aria-current": "page" as const } : {})}
                  />
                ))}
            </div>
          ))}
        </Stack>
      </nav>
      <div className="grow">
        <Suspense fallback={<Skeleton height={320} role="status" />}>
          <Routes>
            <Route path="setup" element={<Setup />} />
            <Route path="system" element={<SystemHealth />} />
            <Route path="devices" element={<Devices />} />
            <Route path="audit" element={<Audit />} />
            <Route path="prompts" element={<Prompts />} />
            <Route path="blocklist" element={<Blocklist />} />
            <Route path="hours" element={<Hours />} />
            <Route path="do_not_call" element={<DoNotCall />} />
            <Route path="tokens" element={<Tokens />} />
            <Route path="recordings" element={<PartPage kind="recordings" name={null} extras={RECORDINGS} />} />
            <Route path="company" element={<PartPage kind="company" name={null} />} />
            <Route path="menus" element={<Menus />} />
            <Route path="menus/:name" element={<ToMenuEditor />} />
            <Route path=":kind" element={<List />} />
            <Route path=":kind/new" element={<One isNew />} />
            <Route path=":kind/:name" element={<One />} />
            {first && !setup.isLoading && (
              <Route path="*" element={<Navigate to={`/settings/${first.path}`} replace />} />
            )}
          </Routes>
        </Suspense>
      </div>
    </div>
  );
}

/** The drawing of a menu has the width of the page to itself. */
function ToMenuEditor() {
  const { name = "" } = useParams();
  return <Navigate to={`/menus/${encodeURIComponent(name)}`} replace />;
}

function List() {
  const { kind = "" } = useParams();
  const Icon = PLACES.find(place => place.path === kind)?.Icon;
  const forms = useForms();
  if (!Icon && forms.data && !forms.data.items.some(form => form.kind === kind))
    return <Failure error={new ApiError(404, "", "")} retry={() => undefined} />;
  const list = <PartList key={kind} kind={kind} {...(Icon ? { icon: <Icon /> } : {})} />;
  return kind === "roles" ? (
    <>
      {list}
      <Suspense>
        <BuiltInRoles />
      </Suspense>
    </>
  ) : (
    list
  );
}

function One({ isNew = false }: { isNew?: boolean }) {
  const { kind = "", name } = useParams();
  return (
    <PartPage key={`${kind}/${name}`} kind={kind} name={isNew ? null : (name ?? null)} extras={extrasOf(kind, isNew)} />
  );
}

function extrasOf(kind: string, isNew: boolean): Extras {
  switch (kind) {
    case "people":
      return {
        aside: part => <PersonAside part={part} />,
        told: (passwords, done) => <PasswordsTold passwords={passwords} done={done} />,
      };
    case "trunks":
      return { aside: part => <TrunkAside part={part} /> };
    case "webhooks":
      return { aside: part => <WebhookAside part={part} /> };
    case "report_mails":
      return { aside: part => <ReportMailAside part={part} /> };
    case "crm_rules":
      return { below: () => <RuleInWords /> };
    case "roles":
      return {
        body: (value, change, faults) => (
          <Suspense fallback={<Skeleton height={320} role="status" />}>
            <Role value={value} change={change} isNew={isNew} faults={faults} />
          </Suspense>
        ),
      };
    default:
      return {};
  }
}
