using System.Buffers.Binary;
using System.Collections.Concurrent;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Transport.Links;

/// <summary>
/// The links whose lanes a listener awaits, by link id. Finds the link that a hello belongs to and verifies the hello. Thread-safe.
/// </summary>
internal sealed class PendingLinks
{
    private readonly ConcurrentDictionary<UInt128, PendingLink> _links = new();

    public void Add(PendingLink link) => _links[Key(link.LinkId.Span)] = link;

    public void Remove(PendingLink link) => _links.TryRemove(Key(link.LinkId.Span), out _);

    /// <summary>Verifies a hello against the link that it names. Each lane accepts one valid hello.</summary>
    /// <param name="hello">The first <see cref="LaneHello.Length"/> bytes of the connection.</param>
    /// <param name="leafHash">SHA-256 of the certificate with which the peer authenticated in this very connection's TLS handshake; empty
    /// without TLS.</param>
    /// <param name="answer">Receives the answer if the hello is valid.</param>
    /// <param name="link">The link to attach the connection to, if the hello is valid.</param>
    /// <param name="lane">The number of the lane that the hello names; meaningful only if the hello is valid.</param>
    public HelloStatus Verify(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> leafHash, Span<byte> answer, out PendingLink? link,
        out ushort lane)
    {
        link = null;
        if (LaneHello.TryRead(hello, out lane, out var linkId) != FrameReadStatus.Ok)
        {
            return HelloStatus.Malformed;
        }

        return _links.TryGetValue(Key(linkId), out link) ? link.Verify(hello, leafHash, answer, out lane) : HelloStatus.WrongLink;
    }

    private static UInt128 Key(ReadOnlySpan<byte> linkId) => BinaryPrimitives.ReadUInt128BigEndian(linkId);
}
