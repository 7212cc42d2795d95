using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Security.Sealing.Aegis;
using SecureCollectives.Security.Sealing.IpsecMb;

namespace SecureCollectives.Microbenchmarks;

/// <summary>
/// Benchmarks of sealing one chunk from the caller's memory into staging, and of opening one, each with a frame's header as associated
/// data. Engines that are missing on this machine are left out.
/// </summary>
[MemoryDiagnoser]
public class SealBenchmarks : IDisposable
{
    private const string OpenSsl = "OpenSSL";
    private const string ChaCha20 = "ChaCha20";
    private const string Aegis128L = "AEGIS-128L";
    private const string Aegis256 = "AEGIS-256";

    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private byte[] _nonce = [];
    private AeadEngine _engine = null!;
    private byte[] _source = [];
    private byte[] _staging = [];
    private byte[] _sealed = [];

    public static IEnumerable<string> Engines
    {
        get
        {
            yield return OpenSsl;
            if (IpsecMbLibrary.Installed.Functions is { } functions)
            {
                yield return functions.Name;
            }

            yield return ChaCha20;
            if (AegisLibrary.Installed.Reason is null)
            {
                yield return Aegis128L;
                yield return Aegis256;
            }
        }
    }

    [ParamsSource(nameof(Engines))]
    public string Engine { get; set; } = string.Empty;

    [Params(4 * 1024, 64 * 1024, 128 * 1024, 512 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var suite = Suite.Of(Engine switch
        {
            ChaCha20 => SuiteCode.ChaCha20Poly1305,
            Aegis128L => SuiteCode.Aegis128L,
            Aegis256 => SuiteCode.Aegis256,
            _ => SuiteCode.Aes256Gcm,
        });
        var engines = Engine == OpenSsl ? AeadEngines.OpenSsl : AeadEngines.Choose(EngineCode.Automatic, IpsecMbLibrary.Installed)!;
        _engine = engines.Create(suite.Code);
        _engine.SetKey(RandomNumberGenerator.GetBytes(suite.KeyLength));
        _nonce = new byte[suite.NonceLength];
        (_source, _staging, _sealed) = (new byte[Bytes], new byte[Bytes + suite.TagLength], new byte[Bytes + suite.TagLength]);
        Random.Shared.NextBytes(_source);
        _engine.Seal(_nonce, _head, _source, _sealed);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _engine?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reuses the same nonce, which only a benchmark may do.</summary>
    [Benchmark]
    public void Seal() => _engine.Seal(_nonce, _head, _source, _staging);

    /// <summary>
    /// Copies the sealed bytes to the receive buffer, as recv does, then opens them there. The row "Copy" measures the copy alone.
    /// </summary>
    [Benchmark]
    public bool CopyAndOpen()
    {
        _sealed.CopyTo(_staging, 0);
        return _engine.TryOpen(_nonce, _head, _staging) ? true : throw new InvalidOperationException("A sealed chunk did not open.");
    }

    /// <summary>Opens from one buffer into another, as from a lane that lends its memory.</summary>
    [Benchmark]
    public bool OpenApart() =>
        _engine.TryOpen(_nonce, _head, _sealed, _staging) ? true : throw new InvalidOperationException("A sealed chunk did not open.");

    [Benchmark]
    public void Copy() => _sealed.CopyTo(_staging, 0);
}
