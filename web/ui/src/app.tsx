import {
  ActionIcon,
  Alert,
  AppShell,
  Box,
  Button,
  Center,
  Group,
  Kbd,
  Loader,
  NavLink,
  Skeleton,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKeyboard, IconLogout, IconSearch, IconWifiOff } from "@tabler/icons-react";
import { Suspense, useEffect, useRef } from "react";
import { BrowserRouter, NavLink as RouterLink, Route, Routes, useLocation, useSearchParams } from "react-router";

import { BottomBar } from "./components/BottomBar";
import { CallBar } from "./components/callParts";
import { KeysHelp } from "./components/KeysHelp";
import { Mishap } from "./components/Mishap";
import { MyState } from "./components/MyState";
import { PhoneHost } from "./components/PhoneHost";
import { PhoneMenu } from "./components/PhoneMenu";
import { Palette } from "./components/Palette";
import { Preferences, PreferencesMenu } from "./components/Preferences";
import { ScreenPops } from "./components/ScreenPopCard";
import { useCrmNews } from "./components/useCrmNews";
import { useKeptFocus } from "./components/useKeptFocus";
import { useKeys } from "./components/useKeys";
import { useLive } from "./live/session";
import { Home } from "./pages/Home";
import {
  Account,
  Calls,
  Campaigns,
  Closed,
  closedTo,
  Customer,
  Customers,
  MenuEditor,
  pagesOf,
  Phone,
  Reports,
  Settings,
  Voicemails,
  Wall,
  type PageLink,
} from "./pages/pages";
import { SignIn } from "./pages/SignIn";
import { taken, useSoftphone } from "./softphone/useSoftphone";
import { useSpeech } from "./text/language";

const BAR = 56;
const CALL_BAR = { base: 104, sm: 60 };
const OTHER_CALL = 44;

/** The frame: rail, top bar with my state, the page, and the pop-up above all of it. */
export function App() {
  const { session, loading } = useLive();
  const { t } = useSpeech();
  if (loading)
    return (
      <Center mih="100dvh">
        <Loader aria-label={t("loading")} />
      </Center>
    );
  if (session === null) return <SignIn />;
  return (
    <BrowserRouter>
      <Frame pages={pagesOf(session)} />
    </BrowserRouter>
  );
}

function Frame({ pages }: { pages: PageLink[] }) {
  const { t } = useSpeech();
  const { session, up } = useLive();
  const [address] = useSearchParams();
  const { pathname } = useLocation();
  const [palette, { open: openPalette, close: closePalette }] = useDisclosure(false);
  const [help, { open: openHelp, close: closeHelp }] = useDisclosure(false);
  const calls = taken(useSoftphone().lines).length;
  const bare = pathname === "/live" && address.get("wall") === "1" && calls === 0;
  useCrmNews();
  useKeptFocus();
  useKeys({ pages, palette: openPalette, help: openHelp });
  useArrival(pages);
  return (
    <AppShell
      header={{ height: headerHeight(calls), collapsed: bare }}
      navbar={{ width: 92, breakpoint: "xs", collapsed: { desktop: bare, mobile: true } }}
      footer={{ height: { base: 60, xs: 0 }, collapsed: bare }}
      padding="md"
      transitionDuration={0}
      className="frame"
    >
      <a href="#content" className="skip">
        {t("skip")}
      </a>
      <AppShell.Header>
        <TopBar openPalette={openPalette} openHelp={openHelp} />
        {calls > 0 && (
          <Mishap place="call">
            <Suspense>
              <CallBar />
            </Suspense>
          </Mishap>
        )}
      </AppShell.Header>
      <AppShell.Navbar p={4} visibleFrom="xs" aria-label={t("menu")}>
        {pages.map(page => (
          <RailLink key={page.path} page={page} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        {!up && (
          <Alert color="yellow" icon={<IconWifiOff size={18} />} mb="md" p="xs" role="status" data-testid="offline">
            {t("offline")}
          </Alert>
        )}
        <Mishap place={pathname}>
          <Suspense fallback={<Skeleton height={320} role="status" aria-label={t("loading")} />}>
            <Routes>
              <Route path="/phone" element={<Phone />} />
              <Route path="/live" element={<Wall />} />
              <Route path="/calls" element={<Calls />} />
              <Route path="/customers" element={<Customers />} />
              <Route path="/customers/:id" element={<Customer />} />
              <Route path="/voicemail" element={<Voicemails />} />
              {pages.some(page => page.path === "/campaigns") && <Route path="/campaigns" element={<Campaigns />} />}
              {pages.some(page => page.path === "/reports") && <Route path="/reports" element={<Reports />} />}
              {session?.permissions?.["settings.menus.read"] && <Route path="/menus/:name" element={<MenuEditor />} />}
              {pages.some(page => page.path === "/settings") && <Route path="/settings/*" element={<Settings />} />}
              {session &&
                closedTo(session).map(({ path, word }) => (
                  <Route key={path} path={`${path}/*`} element={<Closed title={t(word)} />} />
                ))}
              <Route path="/account" element={<Account />} />
              <Route path="*" element={<Home />} />
            </Routes>
          </Suspense>
        </Mishap>
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="xs">
        <BottomBar pages={pages} />
      </AppShell.Footer>
      <PhoneHost />
      <ScreenPops />
      <Palette opened={palette} close={closePalette} pages={pages} />
      <KeysHelp opened={help} close={closeHelp} pages={pages} />
    </AppShell>
  );
}

/** The top bar, and below it the calls. */
function headerHeight(calls: number) {
  if (calls === 0) return BAR;
  const others = (calls - 1) * OTHER_CALL;
  return { base: BAR + CALL_BAR.base + others, sm: BAR + CALL_BAR.sm + others };
}

/** A new page says its name in the title, and the keyboard goes on from its beginning. */
function useArrival(pages: PageLink[]): void {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  const first = useRef(true);
  const page = pages.find(one => pathname.startsWith(one.path));
  const name = page ? t(page.word) : "";
  useEffect(() => {
    document.title = name ? `${name} · ${t("product")}` : t("product");
  }, [name, t]);
  useEffect(() => {
    if (!first.current) document.getElementById("content")?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);
}

function TopBar({ openPalette, openHelp }: { openPalette: () => void; openHelp: () => void }) {
  const { t } = useSpeech();
  const { session, signOut } = useLive();
  return (
    <Group h={BAR} px={{ base: "xs", xs: "md" }} justify="space-between" wrap="nowrap" gap="xs">
      <Group gap="xs" wrap="nowrap" visibleFrom="xs">
        <img src="/icon.svg" alt="" width={28} height={28} />
        <Text fw={600} visibleFrom="md">
          {t("product")}
        </Text>
      </Group>
      <Button
        variant="default"
        className="search-button"
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          <Kbd size="xs" visibleFrom="sm">
            Ctrl K
          </Kbd>
        }
        onClick={openPalette}
      >
        <Text span inherit visibleFrom="xs">
          {t("palette")}
        </Text>
        <span className="unseen-wide">{t("palette")}</span>
      </Button>
      <Group gap="xs" wrap="nowrap">
        <PhoneMenu />
        <MyState />
        <Text
          c="dimmed"
          visibleFrom="sm"
          component={RouterLink}
          to="/account"
          className="plain-link"
          title={t("myAccount")}
        >
          {session?.name}
        </Text>
        <Group gap={4} wrap="nowrap" visibleFrom="sm">
          <Preferences />
          <Tooltip label={t("keys")}>
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("keys")} onClick={openHelp}>
              <IconKeyboard size={20} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("signOut")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("signOut")}
              onClick={() => void signOut()}
            >
              <IconLogout size={20} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Box hiddenFrom="sm">
          <PreferencesMenu signOut={() => void signOut()} />
        </Box>
      </Group>
    </Group>
  );
}

function RailLink({ page: { path, word, Icon } }: { page: PageLink }) {
  const { t } = useSpeech();
  const { pathname } = useLocation();
  return (
    <NavLink
      component={RouterLink}
      to={path}
      active={pathname.startsWith(path)}
      className="rail-link"
      label={
        <>
          <Icon size={22} aria-hidden="true" />
          <span>{t(word)}</span>
        </>
      }
    />
  );
}
