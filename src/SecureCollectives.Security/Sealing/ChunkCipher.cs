using System.Security.Cryptography;
using SecureCollectives.Security.Keys;

namespace SecureCollectives.Security.Sealing;

/// <summary>
/// An engine that always uses the right key for the frame: it advances its chain to the generation of the given counter, creates the nonce,
/// and seals or opens. Used by one <see cref="AeadSealer"/> or one <see cref="AeadOpener"/>, which owns the counter.
/// </summary>
internal sealed class ChunkCipher : IDisposable
{
    private readonly KeyChain _chain;
    private readonly AeadEngine _engine;
    private readonly SecretBytes _iv;
    private readonly int _nonceLength;

    /// <summary>Takes ownership of the chain and the engine.</summary>
    public ChunkCipher(KeyChain chain, AeadEngine engine)
    {
        _chain = chain;
        _engine = engine;
        _nonceLength = engine.Suite.NonceLength;
        _iv = new SecretBytes(_nonceLength);
        TakeKey();
    }

    public bool IsSinglePass => _engine.IsSinglePass;

    /// <inheritdoc cref="KeyChain.Generation"/>
    public ulong Generation => _chain.Generation;

    /// <inheritdoc cref="AeadEngine.Seal"/>
    public void Seal(ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> sealedBytes)
    {
        var nonce = (stackalloc byte[Suite.MaxNonceLength])[.._nonceLength];
        Prepare(counter, nonce);
        _engine.Seal(nonce, associatedData, plaintext, sealedBytes);
    }

    /// <inheritdoc cref="AeadEngine.TryOpen(ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public bool TryOpen(ulong counter, ReadOnlySpan<byte> associatedData, Span<byte> sealedBytes)
    {
        var nonce = (stackalloc byte[Suite.MaxNonceLength])[.._nonceLength];
        Prepare(counter, nonce);
        return _engine.TryOpen(nonce, associatedData, sealedBytes);
    }

    /// <inheritdoc cref="AeadEngine.TryOpen(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, Span{byte})"/>
    public bool TryOpen(ulong counter, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, Span<byte> target)
    {
        var nonce = (stackalloc byte[Suite.MaxNonceLength])[.._nonceLength];
        Prepare(counter, nonce);
        return _engine.TryOpen(nonce, associatedData, sealedBytes, target);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _chain.Dispose();
        _iv.Dispose();
    }

    private void Prepare(ulong counter, Span<byte> nonce)
    {
        var generation = KeyChain.GenerationOf(counter);
        if (generation != _chain.Generation)
        {
            _chain.MoveTo(generation);
            TakeKey();
        }

        ChunkNonce.Write(_iv.Span, counter, nonce);
    }

    private void TakeKey()
    {
        var key = (stackalloc byte[Suite.MaxKeyLength])[.._engine.Suite.KeyLength];
        try
        {
            _chain.Derive(key, _iv.Span);
            _engine.SetKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
