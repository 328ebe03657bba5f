/* Pushsite's service worker, version 1. Your site's own sw.js has two lines:
 *
 *   self.PUSHSITE_SERVER = "https://push.example.com";
 *   importScripts(self.PUSHSITE_SERVER + "/static/pushsite/push/sw.js");
 *
 * Optional before them: self.PUSHSITE_ICON, the address of your site's icon.
 */
/* global Pushsite */
(function () {
  "use strict";

  importScripts(`${self.PUSHSITE_SERVER || ""}/static/pushsite/push/pushsite.js`);

  const WEB = /^https?:$/;

  /* An address for the browser: of this site where the message names none. */
  function addressOf(text) {
    try {
      const address = new URL(text || "/", self.location.origin);
      return WEB.test(address.protocol) ? address.href : self.location.origin;
    } catch {
      return self.location.origin;
    }
  }

  /* What came, in whichever of its two forms, or an empty message. */
  function messageOf(event) {
    try {
      const message = event.data ? event.data.json() : { notification: event.notification };
      if (Number.isInteger(message.app_badge) && navigator.setAppBadge) {
        quietly(navigator.setAppBadge(message.app_badge));
      }
      return (message && message.notification) || {};
    } catch {
      return {};
    }
  }

  function text(value) {
    return typeof value === "string" ? value : "";
  }

  function buttonsOf(message) {
    const all = Array.isArray(message.actions) ? message.actions : [];
    const most = self.Notification && Notification.maxActions;
    return all.filter((each) => each && each.action && each.title).slice(0, most === undefined ? 2 : most);
  }

  function optionsOf(message) {
    const buttons = buttonsOf(message);
    const options = {
      body: text(message.body),
      data: {
        ...message.data,
        navigate: text(message.navigate),
        buttons: Object.fromEntries(buttons.map((each) => [each.action, text(each.navigate)])),
      },
      actions: buttons.map(({ action, title }) => ({ action, title })),
    };
    const icon = text(message.icon) || text(self.PUSHSITE_ICON);
    if (icon) options.icon = icon;
    for (const name of ["image", "badge", "tag", "lang", "dir"]) {
      if (text(message[name])) options[name] = message[name];
    }
    for (const name of ["requireInteraction", "renotify", "silent"]) {
      if (message[name] === true) options[name] = true;
    }
    if (Array.isArray(message.vibrate)) options.vibrate = message.vibrate;
    if (Number.isFinite(message.timestamp)) options.timestamp = message.timestamp;
    return options;
  }

  /* Something is always shown: browsers end the subscriptions of silent sites. */
  async function show(message) {
    const title = text(message.title) || self.location.hostname;
    const options = optionsOf(message);
    try {
      await self.registration.showNotification(title, options);
    } catch {
      const { body, data } = options;
      await self.registration.showNotification(title, { body, data });
    }
  }

  function quietly(promise) {
    return promise.catch((trouble) => console.warn("Pushsite:", trouble.message));
  }

  async function open(address) {
    const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = tabs.find((tab) => tab.url === address);
    return there ? there.focus() : self.clients.openWindow(address);
  }

  self.addEventListener("push", (event) => {
    event.waitUntil(Promise.all([show(messageOf(event)), quietly(Pushsite.sendReceipts())]));
  });

  self.addEventListener("notificationclick", (event) => {
    const values = event.notification.data || {};
    event.notification.close();
    const own = event.action && values.buttons && values.buttons[event.action];
    const work = [quietly(open(addressOf(own || values.navigate)))];
    if (values.n) work.push(quietly(Pushsite.report(values.n, "opened")));
    event.waitUntil(Promise.all(work));
  });

  self.addEventListener("notificationclose", (event) => {
    const { n } = event.notification.data || {};
    if (n) event.waitUntil(quietly(Pushsite.report(n, "dismissed")));
  });

  self.addEventListener("pushsubscriptionchange", (event) => {
    event.waitUntil(quietly(subscribeAgain(event.newSubscription)));
  });

  /* The browser or its push service ended the subscription, or made another. */
  async function subscribeAgain(given) {
    const { vapid_key: key, device_id: device } = await Pushsite.kept();
    if (!device) return;
    const subscription =
      given ||
      (await self.registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: Pushsite.bytesOf(key),
      }));
    await Pushsite.register(subscription, Pushsite.keyOf(subscription) || key, "granted");
  }

  Pushsite.show = show;
})();
