/* Pushsite for websites, version 1. docs/web.md says how to use it.
 *
 * The same file serves pages and service workers: pages use init, subscribe,
 * primer, unsubscribe, identify, pair and state; sw.js uses what is below "For both".
 */
(function () {
  "use strict";

  const VERSION = "1";
  const DAY = 86400000;
  const HOUR = 3600000;
  const MOST_RECEIPTS = 100;
  const OLDEST_RECEIPT = 14 * DAY;

  /* ---- For both: what is kept between pages, in this browser alone ---- */

  function database() {
    return new Promise((resolve, reject) => {
      const request = indexedDB.open("pushsite", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("kept");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  /* One transaction: work(store) may return a request whose result is wanted. */
  async function inStore(mode, work) {
    const opened = await database();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = opened.transaction("kept", mode);
        const request = work(transaction.objectStore("kept"));
        transaction.oncomplete = () => resolve(request && request.result);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      opened.close();
    }
  }

  async function kept() {
    return (await inStore("readonly", (store) => store.get("device"))) || {};
  }

  async function keep(changes) {
    const values = { ...(await kept()), ...changes };
    await inStore("readwrite", (store) => store.put(values, "device"));
    return values;
  }

  /* ---- For both: the API ---- */

  class Refused extends Error {
    constructor(status, problem) {
      super(problem.detail || `The server answered ${status}.`);
      this.name = "PushsiteRefused";
      this.status = status;
      this.code = problem.code || "";
    }
  }

  async function call(server, method, path, authorization, body) {
    const headers = { authorization };
    if (body) headers["content-type"] = "application/json";
    const answer = await fetch(`${server}/api/v1/${path}`, {
      method,
      headers,
      credentials: "omit",
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    let value = {};
    try {
      value = text ? JSON.parse(text) : {};
    } catch {
      /* A proxy's page: the status says enough. */
    }
    if (!answer.ok) throw new Refused(answer.status, value);
    return value;
  }

  function asDevice(device) {
    return `Device ${device.device_id}:${device.device_secret}`;
  }

  function permissionOf(permission) {
    return permission === "default" ? "unknown" : permission;
  }

  function base64url(buffer) {
    const text = String.fromCharCode(...new Uint8Array(buffer || []));
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function bytesOf(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  /* The key that a subscription was made with, "" where the browser does not say. */
  function keyOf(subscription) {
    const options = subscription.options;
    return base64url(options && options.applicationServerKey);
  }

  /* Tell the server of a subscription; what it answers is kept. */
  async function register(subscription, vapidKey, permission, textVersion) {
    const device = await kept();
    const body = {
      installation_id: device.installation_id,
      platform: "web",
      gateway: "webpush",
      token: subscription.endpoint,
      p256dh: base64url(subscription.getKey("p256dh")),
      auth: base64url(subscription.getKey("auth")),
      vapid_key: vapidKey,
      permission: permissionOf(permission),
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
    };
    if (device.device_secret) body.device_secret = device.device_secret;
    if (textVersion) body.text_version = textVersion;
    const bearer = `Bearer ${device.key}`;
    const answer = await call(device.server, "POST", "devices", bearer, body);
    return keep({
      device_id: answer.device_id,
      device_secret: answer.device_secret || device.device_secret,
      endpoint: subscription.endpoint,
      vapid_key: vapidKey,
      permission,
      registered_at: Date.now(),
    });
  }

  /* ---- For both: receipts, kept until the server has them ---- */

  async function report(n, kind) {
    const receipt = { n, kind, at: new Date().toISOString() };
    await inStore("readwrite", (store) => store.put(receipt, `receipt ${kind} ${n}`));
    await sendReceipts();
  }

  async function sendReceipts() {
    const { server } = await kept();
    const names = IDBKeyRange.bound("receipt ", "receipt!", false, true);
    const waiting = await inStore("readonly", (store) => store.getAll(names, MOST_RECEIPTS));
    if (!server || !waiting.length) return;
    const fresh = waiting.filter((each) => Date.now() - Date.parse(each.at) < OLDEST_RECEIPT);
    const answer = fresh.length
      ? await fetch(`${server}/api/v1/receipts`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          credentials: "omit",
          keepalive: true,
          body: JSON.stringify({ receipts: fresh }),
        })
      : { ok: true };
    /* What the server will never take is not offered again. */
    if (!answer.ok && answer.status !== 422) throw new Refused(answer.status, {});
    await inStore("readwrite", (store) => {
      for (const each of waiting) store.delete(`receipt ${each.kind} ${each.n}`);
    });
  }

  const Pushsite = { version: VERSION, kept, keep, register, report, sendReceipts, keyOf, bytesOf };
  self.Pushsite = Pushsite;
  if (typeof window === "undefined") return;

  /* ---- For pages ---- */

  const script = document.currentScript ? document.currentScript.src : "";
  const here = script ? new URL(script).origin : "";
  let settings = null;

  function supported() {
    return (
      "serviceWorker" in navigator && "Notification" in window && ("PushManager" in window || Boolean(settings && settings.pushManager))
    );
  }

  function pushManager() {
    return settings.pushManager || settings.registration.pushManager;
  }

  async function state() {
    if (!settings || !supported()) return { supported: false, permission: "unsupported", subscribed: false };
    const subscription = await pushManager().getSubscription();
    const device = await kept();
    const subscribed = Boolean(subscription && device.device_id && device.endpoint === subscription.endpoint);
    return { supported: true, permission: Notification.permission, subscribed };
  }

  async function changed() {
    const detail = await state();
    document.dispatchEvent(new CustomEvent("pushsite", { detail }));
    return detail;
  }

  async function vapidKey() {
    const { server, key } = settings;
    return (await call(server, "GET", "web", `Bearer ${key}`)).vapid_key;
  }

  /* A browser has one subscription at a time: one with another key goes first. */
  async function subscribeWith(key) {
    const manager = pushManager();
    const old = await manager.getSubscription();
    if (old && keyOf(old) === key) return old;
    if (old) await old.unsubscribe();
    return manager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  }

  async function renew(textVersion) {
    const key = await vapidKey();
    await register(await subscribeWith(key), key, Notification.permission, textVersion);
    await keep({ checked_at: Date.now() });
  }

  /* At each page load: is what the server knows of this browser still true? */
  async function revalidate() {
    const device = await kept();
    if (!device.device_id) return;
    const permission = Notification.permission;
    if (permission !== "granted") {
      if (device.permission !== permission) await tellPermission(device, permission);
      return;
    }
    const subscription = await pushManager().getSubscription();
    const same = subscription && subscription.endpoint === device.endpoint;
    const age = Date.now() - (device.checked_at || 0);
    if (same && device.permission === permission && age < HOUR) return;
    const key = await vapidKey();
    const old = Date.now() - (device.registered_at || 0) > DAY;
    if (same && device.vapid_key === key && device.permission === permission && !old) {
      await keep({ checked_at: Date.now() });
      return;
    }
    await register(await subscribeWith(key), key, permission);
    await keep({ checked_at: Date.now() });
  }

  async function tellPermission(device, permission) {
    const change = { permission: permissionOf(permission) };
    await call(device.server, "PATCH", `devices/${device.device_id}`, asDevice(device), change);
    await keep({ permission });
  }

  /* Call once on each page. Asks the visitor nothing. */
  async function init(options) {
    if (!options || !/^pk_/.test(options.key || "")) throw new TypeError("Pushsite.init needs key: the application's public key, pk_…");
    settings = { server: here, serviceWorker: "/sw.js", ...options };
    settings.server = String(settings.server).replace(/\/+$/, "");
    if (!supported()) return changed();
    settings.registration = await navigator.serviceWorker.register(settings.serviceWorker, settings.scope ? { scope: settings.scope } : undefined);
    const { installation_id: known, key } = await kept();
    const other = key && key !== settings.key;
    if (other) await inStore("readwrite", (store) => store.delete("device"));
    await keep({
      server: settings.server,
      key: settings.key,
      installation_id: (!other && known) || crypto.randomUUID(),
    });
    try {
      await countSession();
      await revalidate();
      await sendReceipts();
      await sendAnswers();
    } catch (trouble) {
      /* The next page load tries again; the visitor has nothing to do with it. */
      console.warn("Pushsite:", trouble.message);
    }
    return changed();
  }

  /* Call it in a click's handler: the browser asks the visitor now. */
  async function subscribe() {
    if (!settings) throw new Error("Call Pushsite.init first.");
    if (!supported()) return state();
    const permission = await Notification.requestPermission();
    if (permission === "granted") {
      await ready();
      await renew();
    }
    return changed();
  }

  /* A subscription belongs to a service worker that is active. */
  function ready() {
    const { active, installing, waiting } = settings.registration;
    const worker = installing || waiting;
    if (active || !worker) return Promise.resolve();
    return new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
    });
  }

  /* No more pushes here: the subscription ends, and the server forgets the device. */
  async function unsubscribe() {
    if (!settings || !supported()) return state();
    const subscription = await pushManager().getSubscription();
    if (subscription) await subscription.unsubscribe();
    const device = await kept();
    if (device.device_id) {
      try {
        await call(device.server, "DELETE", `devices/${device.device_id}`, asDevice(device));
      } catch (trouble) {
        if (trouble.status !== 404) throw trouble;
      }
    }
    await keep({ device_id: "", device_secret: "", endpoint: "", registered_at: 0, checked_at: 0 });
    return changed();
  }

  /* Who the visitor is: a token that your server signed (docs/api.md, identify). */
  async function identify(token) {
    const device = await kept();
    if (!device.device_id) throw new Error("Subscribe first: only a subscribed browser can be identified.");
    await call(device.server, "POST", `devices/${device.device_id}/identify`, asDevice(device), { identity_token: token });
  }

  /* A colleague's browser gets test sends: the code is the one that Test phones shows. */
  async function pair(code) {
    const device = await kept();
    if (!device.device_id) throw new Error("Subscribe first: only a subscribed browser can be paired.");
    return call(device.server, "POST", `devices/${device.device_id}/pair`, asDevice(device), { code });
  }

  /* ---- Primers: our own screen, before the browser's one question ---- */

  /* A session ends after half an hour without a page. */
  async function countSession() {
    const { sessions = 0, session_at: last = 0, session_began: began = 0 } = await kept();
    const now = Date.now();
    const isNew = now - last > HOUR / 2;
    await keep({ sessions: sessions + (isNew ? 1 : 0), session_at: now, session_began: isNew ? now : began });
  }

  let fetched = null;

  /* The rest of it is a file of its own, fetched when it is needed first. */
  function primers() {
    fetched = fetched || new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = settings.primers || new URL("primer.js", script).href;
      tag.onload = () => resolve(self.PushsitePrimers({ settings, kept, inStore, call, asDevice, permissionOf, ready, renew, changed }));
      tag.onerror = () => {
        fetched = null;
        tag.remove();
        reject(new Error("The file primer.js could not be loaded."));
      };
      document.head.append(tag);
    });
    return fetched;
  }

  /* What an earlier page could not report. */
  async function sendAnswers() {
    const names = IDBKeyRange.bound("answer ", "answer!", false, true);
    const waiting = await inStore("readonly", (store) => store.count(names));
    if (waiting) await (await primers()).sendAnswers();
  }

  /* Call it in a click's handler, after something that the visitor wanted. Resolves to
     {shown, answer, reason}: granted, denied, accepted, later, or "" and why not. */
  async function primer(event) {
    if (!settings) throw new Error("Call Pushsite.init first.");
    if (!supported()) return { shown: false, answer: "", reason: "This browser has no push messages." };
    return (await primers()).run(event);
  }

  Object.assign(Pushsite, { init, subscribe, primer, unsubscribe, identify, pair, state });
})();
