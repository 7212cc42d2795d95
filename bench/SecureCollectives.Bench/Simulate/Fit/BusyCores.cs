using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.Security.Sealing;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>
/// Measures a core's rates while the other cores do the same work, as they do in a world with a rank per core: cores that share execution
/// units, caches or memory are slower together than each is alone.
/// </summary>
internal sealed class BusyCores
{
    /// <summary>Eight cores load a machine's memory as much as more would, and each core needs its own buffers.</summary>
    private const int MostCores = 8;

    private readonly CoreRates[] _cores = [
        .. Enumerable.Range(0, Math.Min(Environment.ProcessorCount, MostCores)).Select(_ => new CoreRates())];

    public double SecondsPerByteReduced() => OrderStatistics.Median(OnAll(core => core.SecondsPerByteReduced()));

    public double SecondsPerByteCopied() => OrderStatistics.Median(OnAll(core => core.SecondsPerByteCopied()));

    /// <param name="engines">The engines that workers on this machine seal with.</param>
    public CipherCosts Cipher(AeadEngines engines)
    {
        var costs = OnAll(core => core.Cipher(engines));
        return new CipherCosts(
            costs[0].Engine,
            Median(cost => cost.SealSecondsPerFrame),
            Median(cost => cost.SealSecondsPerByte),
            Median(cost => cost.OpenSecondsPerFrame),
            Median(cost => cost.OpenSecondsPerByte));

        double Median(Func<CipherCosts, double> value) => OrderStatistics.Median([.. costs.Select(value)]);
    }

    private T[] OnAll<T>(Func<CoreRates, T> measure)
    {
        Task<T>[] tasks =
        [
            .. _cores.Select(core => Task.Factory.StartNew(
                () => measure(core), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        return [.. tasks.Select(task => task.GetAwaiter().GetResult())];
    }
}
