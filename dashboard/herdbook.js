// Where this site's own server is. Streamlit's page would else ask for two files to find that out, below the
// page's address first, and open its websocket only when it has them.
window.__streamlit = {
  BACKEND_BASE_URL: new URL(".", document.currentScript.src).href,
  // who may send messages to a page that stands in a frame: pages of this site
  HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false, metricsUrl: "" },
};
