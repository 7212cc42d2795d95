using System.Buffers.Binary;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Tests.Simulation;

/// <summary>
/// Replaces an AEAD when only its bookkeeping matters. It encrypts nothing, computes a tag over key, nonce, header and text, and records
/// every pair of key and nonce used for sealing.
/// </summary>
internal sealed class RecordingEngine(HashSet<(ulong Key, ulong Nonce)> used) : AeadEngine(Suite.Aes256Gcm)
{
    private ulong _key;

    /// <summary>Gets whether a nonce was used twice under one key.</summary>
    public bool HasRepeated { get; private set; }

    public override void SetKey(ReadOnlySpan<byte> key) => _key = Hash(0, key);

    public override void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext,
        Span<byte> sealedBytes)
    {
        HasRepeated |= !used.Add((_key, Hash(0, nonce)));
        plaintext.CopyTo(sealedBytes);
        var tag = sealedBytes[plaintext.Length..];
        tag.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(tag, Tag(nonce, associatedData, plaintext));
    }

    public override bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
    {
        var text = sealedBytes[..^Suite.TagLength];
        return Tag(nonce, associatedData, text) == BinaryPrimitives.ReadUInt64BigEndian(sealedBytes[text.Length..]);
    }

    public override void Dispose()
    {
    }

    private ulong Tag(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> text) =>
        Hash(Hash(Hash(_key, nonce), associatedData), text);

    /// <summary>Returns FNV-1a of the bytes, chained from a previous hash.</summary>
    private static ulong Hash(ulong from, ReadOnlySpan<byte> bytes)
    {
        var hash = from ^ 0xcbf29ce484222325;
        foreach (var value in bytes)
        {
            hash = unchecked((hash ^ value) * 0x100000001b3);
        }

        return hash;
    }
}
