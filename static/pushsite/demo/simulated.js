/* In the place of the browser's own PushManager, which would ask a real service: a
   subscription at the simulator, made at the address that is given. */
self.PushsiteSimulated = (address) => {
  "use strict";

  function asSubscription(made) {
    return {
      endpoint: made.endpoint,
      options: { applicationServerKey: Pushsite.bytesOf(made.key).buffer },
      getKey: (name) => Pushsite.bytesOf(made[name]).buffer,
      async unsubscribe() {
        localStorage.removeItem("demo-subscription");
        return true;
      },
    };
  }

  return {
    async getSubscription() {
      const made = JSON.parse(localStorage.getItem("demo-subscription") || "null");
      return made && asSubscription(made);
    },
    async subscribe({ applicationServerKey }) {
      const text = String.fromCharCode(...new Uint8Array(applicationServerKey));
      const key = btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ key }) });
      if (!answer.ok) throw new Error(`The simulator answered ${answer.status}.`);
      const made = { ...(await answer.json()), key };
      localStorage.setItem("demo-subscription", JSON.stringify(made));
      return asSubscription(made);
    },
  };
};
