import { ActionIcon, Alert, AppShell, Center, Group, Loader, NavLink, Text, Tooltip } from "@mantine/core";
import { IconActivity, IconLogout, IconPhone, IconWifiOff } from "@tabler/icons-react";
import { BrowserRouter, NavLink as RouterLink, Navigate, Route, Routes, useLocation } from "react-router";

import { MyState } from "./components/MyState";
import { Preferences } from "./components/Preferences";
import { ScreenPopCard } from "./components/ScreenPopCard";
import { useLive } from "./live/session";
import { Calls } from "./pages/Calls";
import { SignIn } from "./pages/SignIn";
import { Wall } from "./pages/Wall";
import { useSpeech } from "./text/language";

const PAGES = [
  { path: "/live", word: "live", Icon: IconActivity },
  { path: "/calls", word: "calls", Icon: IconPhone },
] as const;

/** The frame: rail, top bar with my state, the page, and the pop-up above all of it. */
export function App() {
  const { session, loading } = useLive();
  if (loading) return <Center mih="100dvh"><Loader /></Center>;
  if (session === null) return <SignIn />;
  return (
    <BrowserRouter>
      <Frame />
    </BrowserRouter>
  );
}

function Frame() {
  const { t } = useSpeech();
  const { session, up, signOut } = useLive();
  const { pathname } = useLocation();
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 88, breakpoint: "xs" }} footer={{ height: { base: 56, xs: 0 } }} padding="md">
      <a href="#content" className="skip">{t("skip")}</a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Text fw={600} visibleFrom="xs">{t("product")}</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <MyState />
            <Text c="dimmed" visibleFrom="sm">{session?.name}</Text>
            <Preferences />
            <Tooltip label={t("signOut")}>
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("signOut")} onClick={() => void signOut()}>
                <IconLogout size={20} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p={4} visibleFrom="xs" aria-label={t("product")}>
        {PAGES.map((page) => <RailLink key={page.path} page={page} active={pathname.startsWith(page.path)} />)}
      </AppShell.Navbar>
      <AppShell.Main id="content">
        {!up && <Alert color="yellow" icon={<IconWifiOff size={18} />} mb="md" p="xs" role="status">{t("offline")}</Alert>}
        <Routes>
          <Route path="/live" element={<Wall />} />
          <Route path="/calls" element={<Calls />} />
          <Route path="*" element={<Navigate to="/live" replace />} />
        </Routes>
        <ScreenPopCard />
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="xs">
        <Group grow h="100%" gap={0} component="nav" aria-label={t("product")}>
          {PAGES.map((page) => <RailLink key={page.path} page={page} active={pathname.startsWith(page.path)} />)}
        </Group>
      </AppShell.Footer>
    </AppShell>
  );
}

function RailLink({ page: { path, word, Icon }, active }: { page: (typeof PAGES)[number]; active: boolean }) {
  const { t } = useSpeech();
  return (
    <NavLink
      component={RouterLink}
      to={path}
      active={active}
      className="rail-link"
      label={<><Icon size={22} aria-hidden="true" /><span>{t(word)}</span></>}
    />
  );
}
