package org.tempera.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes requests on a port of its own, and answers each with the same bytes, whether or not they are HTTP. */
final class AnyServer {
    private static final int WAIT_MILLIS = 2_000;
    private static final int QUEUE = 50;

    private volatile byte[] answer = new byte[0];
    private volatile int port;

    /** Sets the answer. @return the port */
    synchronized int answering(byte[] bytes) {
        answer = bytes;
        if (port == 0) {
            start();
        }
        return port;
    }

    private void start() {
        try {
            ServerSocket server = new ServerSocket(0, QUEUE, InetAddress.getLoopbackAddress());
            port = server.getLocalPort();
            Thread thread = new Thread(() -> serve(server), "any-server");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(ServerSocket server) {
        while (true) {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(WAIT_MILLIS);
                readRequest(socket.getInputStream());
                socket.getOutputStream().write(answer);
                socket.getOutputStream().flush();
                socket.shutdownOutput();
            } catch (IOException e) {
                continue; // the client has gone: what it read was enough for it
            }
        }
    }

    /** Reads the headers, and then a body as long as they say. */
    private static void readRequest(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return;
            }
            head.append((char) b);
        }
        String[] length = head.toString().split("(?i)content-length: ");
        int bytes = length.length < 2 ? 0 : Integer.parseInt(length[1].substring(0, length[1].indexOf('\r')));
        in.readNBytes(bytes);
    }
}
