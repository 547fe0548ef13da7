import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./page.css";

import { MantineProvider } from "@mantine/core";
import { notifyManager, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "./api/client";
import { App } from "./app";
import { Notices } from "./components/Notices";
import { followUpdates } from "./live/build";
import { SessionProvider } from "./live/session";
import { firstLanguage, SpeechProvider } from "./text/language";
import { wordsOf } from "./text/words";
import { theme, variables } from "./theme";

// What changes in a frame is drawn in that frame, not after it.
notifyManager.setScheduler(queueMicrotask);
const RETRY_FAILED_MS = 3000;
/** What the server will say again however often it is asked: not allowed, not there. */
const isFinal = (error: unknown) => error instanceof ApiError && (error.status === 403 || error.status === 404);
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 1 && !isFinal(error),
      staleTime: 1000,
      refetchInterval: query =>
        query.state.status === "error" && !isFinal(query.state.error) ? RETRY_FAILED_MS : false,
    },
  },
});
/** The server writes a fresh nonce into each page; style elements without it are refused by the browser. */
const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
setNonce(nonce);
const root = document.getElementById("root");
if (root === null) throw new Error("#root is missing");

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it (private windows of some browsers) the page is the same, only not installable.
  navigator.serviceWorker.register("/worker.js").catch(() => undefined);
}

followUpdates();
const language = firstLanguage();
const page = createRoot(root);
void wordsOf(language).then(
  words =>
    page.render(
      <StrictMode>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          <SpeechProvider first={{ language, words }}>
            <Notices />
            <QueryClientProvider client={queries}>
              <SessionProvider>
                <App />
              </SessionProvider>
            </QueryClientProvider>
          </SpeechProvider>
        </MantineProvider>
      </StrictMode>,
    ),
  () => setTimeout(() => window.location.reload(), RETRY_FAILED_MS),
);

// A desk with a mouse does not wait for what is for thumbs.
if (matchMedia("(max-width: 35.99em), (pointer: coarse)").matches) void import("./touch.css");
