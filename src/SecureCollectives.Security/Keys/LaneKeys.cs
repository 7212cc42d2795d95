using System.Security.Cryptography;

namespace SecureCollectives.Security.Keys;

/// <summary>
/// One lane's keys, as held by one of its ends. Each chain can be taken only once: a second sealer over the same chain would reuse every
/// nonce.
/// </summary>
internal sealed class LaneKeys : IDisposable
{
    private readonly SecretBytes _sendHello = new(KeySchedule.SecretLength);
    private readonly SecretBytes _receiveHello = new(KeySchedule.SecretLength);
    private KeyChain? _sendChain;
    private KeyChain? _receiveChain;

    public LaneKeys(ReadOnlySpan<byte> prk, ushort lane, uint local, uint peer)
    {
        KeySchedule.DeriveHelloKey(prk, lane, local, peer, _sendHello.Span);
        KeySchedule.DeriveHelloKey(prk, lane, peer, local, _receiveHello.Span);
        _sendChain = new KeyChain(prk, lane, local, peer);
        _receiveChain = new KeyChain(prk, lane, peer, local);
    }

    /// <summary>Whether the lane's only valid hello has been accepted.</summary>
    public bool Accepted { get; set; }

    public KeyChain TakeSendChain() => Take(ref _sendChain);

    public KeyChain TakeReceiveChain() => Take(ref _receiveChain);

    /// <summary>Writes the local proof over the signed part of a hello, or over the whole hello that it answers.</summary>
    public void Prove(ReadOnlySpan<byte> message, Span<byte> proof) => HMACSHA256.HashData(_sendHello.Span, message, proof);

    /// <summary>Verifies the peer's proof. The two directions have different keys, so a reflected proof fails.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> proof)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_receiveHello.Span, message, expected);
        var equal = CryptographicOperations.FixedTimeEquals(expected, proof);
        CryptographicOperations.ZeroMemory(expected);
        return equal;
    }

    public void Dispose()
    {
        _sendHello.Dispose();
        _receiveHello.Dispose();
        _sendChain?.Dispose();
        _receiveChain?.Dispose();
    }

    private static KeyChain Take(ref KeyChain? chain)
    {
        var taken = chain
            ?? throw new InvalidOperationException("The lane's chain has already been taken; a new connection needs a new link.");
        chain = null;
        return taken;
    }
}
