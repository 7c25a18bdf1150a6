/** The server's connection to an editor in a browser, whose worker it is. */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  type Connection,
  createConnection,
  ProposedFeatures,
} from "vscode-languageserver/browser"

export const openConnection = (): Connection =>
  createConnection(ProposedFeatures.all, new BrowserMessageReader(self), new BrowserMessageWriter(self))
