/* Only for the demonstration: shows what the simulator decrypted for this browser. */
self.addEventListener("message", (event) => {
  const message = event.data && event.data.arrived;
  if (message) event.waitUntil(self.Pushsite.show(message));
});
