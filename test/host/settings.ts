/** Settings under which the embedded VS Code is quiet (no welcome page, no telemetry, no chat) and keeps what is open. */

export const SETTINGS = {
  "workbench.startupEditor": "none",
  // Else the file that an address names would be all that comes back when the window is reloaded.
  "window.restoreWindows": "preserve",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
}
