using SecureCollectives.Testing.Proxies;

namespace SecureCollectives.Testing.Faults.Cutting;

/// <summary>Chooses at random which connection of a running job fails, and at which byte.</summary>
/// <param name="proxy">The proxy that the connections go through.</param>
/// <param name="random">The source of randomness.</param>
/// <param name="bytes">The size of an operation's buffer.</param>
internal sealed class Saboteur(FaultProxy proxy, Random random, int bytes)
{
    /// <summary>A direction that has passed fewer bytes has not yet begun to carry data.</summary>
    private const long Busy = 64 * 1024;

    /// <summary>The range of offsets for faults in a lane's answers, which are short: most are acknowledgements.</summary>
    private const int MostOfAnswers = 256;

    /// <summary>The maximum number of bytes on a connection before its first frame, including TLS and HTTP/2.</summary>
    private const int MostOfHandshake = 4096;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);
    private static readonly WireFaultKind[] Cuts = [WireFaultKind.Close, WireFaultKind.Reset, WireFaultKind.HalfClose];

    /// <summary>Less than any operation sends in one direction.</summary>
    private readonly long _most = Math.Max(1, bytes / 2);

    /// <summary>
    /// Cuts a connection. This is usually one that carries data, at a random byte; sometimes it is one that is just being opened, or any
    /// connection immediately, even an idle one.
    /// </summary>
    /// <returns>The time and the kind of the cut.</returns>
    public async Task<(long At, WireFaultKind Kind)> CutAsync(CancellationToken cancellationToken)
    {
        var kind = Cuts[random.Next(Cuts.Length)];
        return random.Next(10) switch
        {
            0 => (await CutIdleAsync(kind == WireFaultKind.HalfClose ? WireFaultKind.Close : kind, cancellationToken), kind),
            1 => (await CutOpeningAsync(kind, cancellationToken), kind),
            _ => (await HappenAsync(() => Arm(new WireFault(kind, random.NextInt64(_most)), BusyDirection()), cancellationToken), kind),
        };
    }

    /// <summary>Flips one bit on a connection that carries data, in the data or in the answers to it.</summary>
    /// <returns>The time and the fault.</returns>
    public async Task<(long At, WireFault Fault)> FlipAsync(CancellationToken cancellationToken)
    {
        var fault = new WireFault(WireFaultKind.Flip, 0);
        var at = await HappenAsync(
            () =>
            {
                var isAnswer = random.Next(4) == 0;
                fault = new WireFault(WireFaultKind.Flip, random.NextInt64(isAnswer ? MostOfAnswers : _most), random.Next(8));
                return Arm(fault, isAnswer ? AnswerDirection() : BusyDirection());
            },
            cancellationToken);
        return (at, fault);
    }

    /// <summary>Arms faults until one happens, because a connection may end first.</summary>
    private static async Task<long> HappenAsync(Func<WireFault?> arm, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (arm() is { } fault)
            {
                await ((Task)fault.Happened).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (fault.Happened.IsCompletedSuccessfully)
                {
                    return fault.Happened.Result;
                }
            }

            await Task.Delay(Retry, cancellationToken);
        }
    }

    private async Task<long> CutIdleAsync(WireFaultKind kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (proxy.Lanes is { Length: > 0 } lanes)
            {
                lanes[random.Next(lanes.Length)].Cut(kind);
                return System.Diagnostics.Stopwatch.GetTimestamp();
            }

            await Task.Delay(Retry, cancellationToken);
        }
    }

    /// <summary>Cuts a connection, then its replacement while that is being opened. This counts as one cut.</summary>
    private async Task<long> CutOpeningAsync(WireFaultKind kind, CancellationToken cancellationToken)
    {
        var next = proxy.NextLane;
        var at = await HappenAsync(
            () => Arm(new WireFault(WireFaultKind.Reset, random.NextInt64(_most)), BusyDirection()), cancellationToken);
        try
        {
            var opening = await next.WaitAsync(HandshakeLimit, cancellationToken);
            Arm(new WireFault(kind, random.Next(MostOfHandshake)), random.Next(2) == 0 ? opening.Forward : opening.Backward);
        }
        catch (TimeoutException)
        {
            // The link heals when it is used next.
        }

        return at;
    }

    private static WireFault? Arm(WireFault fault, ProxiedDirection? direction)
    {
        direction?.Arm(fault);
        return direction is null ? null : fault;
    }

    private ProxiedDirection? BusyDirection() =>
        Choose([.. proxy.Lanes.SelectMany(static lane => (ProxiedDirection[])[lane.Forward, lane.Backward])
            .Where(static direction => direction.Passed >= Busy)]);

    private ProxiedDirection? AnswerDirection() => Choose(
    [
        .. proxy.Lanes.Where(static lane => Math.Max(lane.Forward.Passed, lane.Backward.Passed) >= Busy)
            .Select(static lane => lane.Forward.Passed < lane.Backward.Passed ? lane.Forward : lane.Backward),
    ]);

    private ProxiedDirection? Choose(ProxiedDirection[] directions) =>
        directions.Length == 0 ? null : directions[random.Next(directions.Length)];
}
