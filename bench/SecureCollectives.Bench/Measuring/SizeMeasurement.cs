using SecureCollectives.Bench.Plan;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Measures all variants of one collective at one size, round by round.</summary>
/// <param name="workbench">Runs the batches.</param>
/// <param name="control">Exchanges values between the ranks.</param>
/// <param name="variants">All variants.</param>
/// <param name="order">The order in which rounds visit the variants.</param>
/// <param name="sizes">The number of sizes in the whole run, which share its time.</param>
/// <param name="wantedRounds">The number of rounds; null for as many as fit.</param>
/// <param name="coreDistance">Called between batches; returns the round trip of a cache line in nanoseconds, or null.</param>
internal sealed class SizeMeasurement(
    Workbench workbench, ControlGroup control, IReadOnlyList<OpenVariant> variants, RoundOrder order, int sizes, int? wantedRounds,
        Func<double?> coreDistance)
{
    /// <summary>Runs all rounds and checks each variant's last result.</summary>
    /// <param name="roundEnded">Called after each round with the number of completed rounds and the total number.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <returns>The samples, by variant.</returns>
    public VariantSamples[] Run(Action<int, int> roundEnded, CancellationToken cancellationToken)
    {
        var seconds = WarmUp.Run(workbench, control, variants, cancellationToken);
        int[] visits = [.. variants.Select(variant => variant.Variant.IsBaseline ? 2 : 1)];
        var pace = Pace.Of(seconds, visits, sizes, wantedRounds);
        VariantSamples[] samples = [.. variants.Select(_ => new VariantSamples())];
        var before = coreDistance();
        for (var round = 1; round <= pace.Rounds; round++)
        {
            foreach (var i in order.Next())
            {
                var batch = workbench.Time(variants[i], pace.Iterations[i], cancellationToken);
                var after = coreDistance();
                samples[i].Add(round, batch with { CoresNs = before > after ? before : after });
                before = after;
                if (round == pace.Rounds && samples[i].Round(round - 1).Count == visits[i])
                {
                    samples[i].Wrong = workbench.CountWrong();
                }
            }

            roundEnded(round, pace.Rounds);
        }

        for (var i = 0; i < samples.Length; i++)
        {
            samples[i].Observation = workbench.Observe(variants[i], pace.Iterations[i], cancellationToken);
        }

        return samples;
    }
}
