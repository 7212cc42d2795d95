using System.Buffers.Binary;
using System.Diagnostics;
using SecureCollectives.Bench.Measuring;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Framing;
using SecureCollectives.Security.Keys;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>
/// Measures what one core can do without a network, after the runtime has compiled the code: seal, open, reduce and copy. It processes
/// chunk after chunk, as a loop does in a large operation: from buffers that do not fit any cache, through a staging buffer that does.
/// </summary>
internal sealed class CoreRates
{
    /// <summary>Each core has its own buffers, and most shared caches hold less than this per core.</summary>
    private const int BufferBytes = 64 << 20;

    private const int SmallBytes = 256;
    private const int Batch = 64;
    private const int Samples = 15;

    /// <summary>
    /// The quantile of the samples that counts. It is low because other load on the machine only adds time. It is not the minimum, because
    /// the very fastest samples come from the end, when other cores have already finished.
    /// </summary>
    private const double Quiet = 0.25;

    /// <summary>The size of the library's chunks.</summary>
    private static readonly int ChunkBytes = new CommunicatorOptions().EffectiveChunkBytes;

    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private readonly byte[] _staging = GC.AllocateUninitializedArray<byte>(ChunkBytes);
    private readonly byte[] _head = new byte[FrameFormat.HeaderLength];
    private readonly byte[] _nonce = new byte[Suite.Aes256Gcm.NonceLength];
    private readonly byte[] _sealed = GC.AllocateArray<byte>(ChunkBytes + Suite.MaxTagLength);
    private ulong _frames;
    private int _offset;

    public CoreRates()
    {
        // Fill with a float32 near 1. Adding it takes as long as adding any other number that is not denormal.
        Array.Fill(_input, (byte)0x3F);
        Array.Fill(_output, (byte)0x3F);
        Array.Fill(_staging, (byte)0x3F);
    }

    public double SecondsPerByteReduced()
    {
        var reducer = ReduceOp.Sum.ReducerOf<float>();
        return SecondsPerByte(chunk => reducer.Reduce(_input.AsSpan(chunk), _staging, _output.AsSpan(chunk)));
    }

    public double SecondsPerByteCopied() => SecondsPerByte(chunk => _staging.CopyTo(_output.AsSpan(chunk)));

    /// <param name="engines">The engines that workers on this machine seal with.</param>
    public CipherCosts Cipher(AeadEngines engines)
    {
        using var engine = engines.Create(SuiteCode.Aes256Gcm);
        Span<byte> key = stackalloc byte[Suite.Aes256Gcm.KeyLength];
        Random.Shared.NextBytes(key);
        engine.SetKey(key);
        var small = SealAndOpen(engine, SmallBytes);
        var large = SealAndOpen(engine, ChunkBytes);
        var (sealPerFrame, sealPerByte) = Line(small.Seal, large.Seal);
        var (openPerFrame, openPerByte) = Line(small.Open, large.Open);
        return new CipherCosts(engines.Name(SuiteCode.Aes256Gcm), sealPerFrame, sealPerByte, openPerFrame, openPerByte);
    }

    /// <summary>Returns the line through the times of a small frame and of a chunk.</summary>
    private static (double PerFrame, double PerByte) Line(double small, double large)
    {
        var perByte = (large - small) / (ChunkBytes - SmallBytes);
        return (Math.Max(0, small - (SmallBytes * perByte)), perByte);
    }

    /// <summary>Times sealing into staging and opening in place.</summary>
    private (double Seal, double Open) SealAndOpen(AeadEngine engine, int length)
    {
        var samples = Sample(() =>
        {
            var (sealing, opening) = (0L, 0L);
            for (var i = 0; i < Batch; i++)
            {
                var source = _input.AsSpan(NextChunk())[..length];
                BinaryPrimitives.WriteUInt64BigEndian(_nonce, _frames++);
                var start = Stopwatch.GetTimestamp();
                var sealedBytes = _sealed.AsSpan(0, length + engine.Suite.TagLength);
                engine.Seal(_nonce, _head, source, sealedBytes);
                var middle = Stopwatch.GetTimestamp();
                if (!engine.TryOpen(_nonce, _head, sealedBytes))
                {
                    throw new UnreachableException("A sealed chunk did not open.");
                }

                sealing += middle - start;
                opening += Stopwatch.GetTimestamp() - middle;
            }

            return (Seal: (double)sealing / Stopwatch.Frequency / Batch, Open: (double)opening / Stopwatch.Frequency / Batch);
        });
        return (OrderStatistics.Quantile([.. samples.Select(sample => sample.Seal)], Quiet), OrderStatistics
            .Quantile([.. samples.Select(sample => sample.Open)], Quiet));
    }

    private double SecondsPerByte(Action<Range> work)
    {
        var samples = Sample(() =>
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Batch; i++)
            {
                work(NextChunk());
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / Batch / ChunkBytes;
        });
        return OrderStatistics.Quantile(samples, Quiet);
    }

    /// <summary>Returns samples of a batch, taken after the runtime has compiled it.</summary>
    private static T[] Sample<T>(Func<T> batch)
    {
        var silence = new CompilerSilence();
        do
        {
            batch();
        }
        while (silence.IsAwaited());
        return [.. Enumerable.Range(0, Samples).Select(_ => batch())];
    }

    private Range NextChunk()
    {
        var start = _offset;
        _offset = (_offset + ChunkBytes) % BufferBytes;
        return start..(start + ChunkBytes);
    }
}
