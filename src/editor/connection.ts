/** The server's connection to an editor: by the channel between processes, standard streams, a pipe or a socket, as its arguments say. */
import { type Connection, createConnection, ProposedFeatures } from "vscode-languageserver/node"

export const openConnection = (): Connection => createConnection(ProposedFeatures.all)
