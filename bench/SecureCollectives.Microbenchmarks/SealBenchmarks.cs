using BenchmarkDotNet.Attributes;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Microbenchmarks;

/// <summary>
/// One chunk sealed from the caller's memory into staging, and one opened in place, each with a frame's header as associated data. An engine that is not on
/// this machine is left out.
/// </summary>
[MemoryDiagnoser]
public class SealBenchmarks : IDisposable
{
    private readonly byte[] _nonce = new byte[Suite.Aes256Gcm.NonceLength];
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly byte[] _tag = new byte[Suite.Aes256Gcm.TagLength];
    private AeadEngine _engine = null!;
    private byte[] _source = [];
    private byte[] _staging = [];
    private byte[] _sealed = [];
    private byte[] _sealedTag = [];

    public static IEnumerable<string> Engines
    {
        get
        {
            yield return "OpenSSL";
            if (IpsecMbLibrary.Installed.Functions is { } functions)
            {
                yield return functions.Name;
            }

            yield return "ChaCha20";
        }
    }

    [ParamsSource(nameof(Engines))]
    public string Engine { get; set; } = string.Empty;

    [Params(4 * 1024, 64 * 1024, 512 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var suite = Engine == "ChaCha20" ? SuiteCode.ChaCha20Poly1305 : SuiteCode.Aes256Gcm;
        var engines = Engine == "OpenSSL" ? AeadEngines.OpenSsl : AeadEngines.Choose(EngineCode.Automatic, IpsecMbLibrary.Installed)!;
        _engine = engines.Create(suite);
        _engine.SetKey(Random.Shared.GetItems(Enumerable.Range(0, 256).Select(value => (byte)value).ToArray(), Suite.Aes256Gcm.KeyLength));
        (_source, _staging, _sealed) = (new byte[Bytes], new byte[Bytes], new byte[Bytes]);
        Random.Shared.NextBytes(_source);
        _engine.Seal(_nonce, _head, _source, _sealed, _tag);
        _sealedTag = [.. _tag];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _engine?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The same nonce each time, which only a benchmark may do.</summary>
    [Benchmark]
    public void Seal() => _engine.Seal(_nonce, _head, _source, _staging, _tag);

    /// <summary>Sealed bytes are copied to where they would be received, as recv does; the row "Copy" is that alone.</summary>
    [Benchmark]
    public bool CopyAndOpen()
    {
        _sealed.CopyTo(_staging, 0);
        return _engine.TryOpen(_nonce, _head, _staging, _sealedTag) ? true : throw new InvalidOperationException("What was sealed did not open.");
    }

    [Benchmark]
    public void Copy() => _sealed.CopyTo(_staging, 0);
}
