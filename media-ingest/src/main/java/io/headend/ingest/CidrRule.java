package io.headend.ingest;

import io.headend.core.MediaException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Checks the address of the peer; see {@link PublishAuth#cidr}. */
final class CidrRule implements Function<PublishRequest, PublishDecision> {

    private static final class Block {
        private final byte[] network;
        private final int bits;

        Block(byte[] network, int bits) {
            this.network = network;
            this.bits = bits;
        }

        boolean holds(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if (((address[i >> 3] ^ network[i >> 3]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Block> blocks;

    CidrRule(Collection<String> texts) {
        blocks = texts.stream().map(CidrRule::parse).toList();
    }

    private static Block parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        // Anything else might be looked up in the DNS.
        if (!host.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            throw illegal(text);
        }
        try {
            byte[] network = InetAddress.getByName(host).getAddress();
            int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > network.length * 8) {
                throw illegal(text);
            }
            return new Block(network, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw illegal(text);
        }
    }

    private static MediaException illegal(String text) {
        return MediaException.invalidArgument("'" + text + "' is no network; write 10.0.0.0/8 or 2001:db8::/32");
    }

    @Override
    public PublishDecision apply(PublishRequest request) {
        byte[] address = request.address().getAddress();
        for (Block block : blocks) {
            if (block.holds(address)) {
                return PublishDecision.ACCEPT;
            }
        }
        return PublishDecision.reject("publishing is not allowed from this address");
    }
}
