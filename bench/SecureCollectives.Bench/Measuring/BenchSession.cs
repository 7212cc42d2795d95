using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Faults;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Statistics;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Measuring;

/// <summary>
/// One rank's part of a run: opens a communicator for each variant, once, and measures all sizes of all collectives with them.
/// </summary>
/// <param name="job">The job to measure in.</param>
/// <param name="parameters">What to measure.</param>
/// <param name="plaintextAllowed">Whether this rank may open plaintext.</param>
/// <param name="ownsMachine">Whether all ranks are on this machine, so that the load of other programs can be determined.</param>
/// <param name="sink">Receives the events; only rank 0's sink reports them.</param>
internal sealed class BenchSession(Job job, BenchParameters parameters, bool plaintextAllowed, bool ownsMachine, IEventSink sink)
{
    /// <returns>Whether every element of every result was correct, on all ranks.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var joined = ResidentMemory.Now();
        var communicator = await job.OpenCommunicatorAsync("bench control", new CommunicatorOptions(), cancellationToken)
            .ConfigureAwait(false);
        await using var ownsCommunicator = communicator.ConfigureAwait(false);
        var control = new ControlGroup(communicator);
        var agreement = Agreement.Reach(control, parameters, plaintextAllowed);
        var variants = Variant.AllOf(parameters, agreement.PlaintextAllowed);
        if (variants.Count == 0)
        {
            throw new CommandFailureException(ExitCode.Usage,
                "there is nothing to measure: "
                    + "plaintext needs SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 on every rank, and no other protection was requested.");
        }

        var open = await new VariantOpening(job, parameters).OpenAsync(variants, cancellationToken).ConfigureAwait(false);
        try
        {
            Announce(agreement, open);
            return Measure(control, open, joined, new RoundOrder(variants, agreement.Seed), cancellationToken);
        }
        finally
        {
            foreach (var variant in open)
            {
                await variant.Communicator.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Announce(Agreement agreement, IReadOnlyList<OpenVariant> open)
    {
        string[] protections = [.. open.Select(variant => variant.Variant.Protection).Distinct()];
        sink.Take(new RunStarted(MachineDescription.OfThisOne(),
            RunParameters.Of(parameters, job.WorldSize, open[0].Communicator.LocalWorldSize, open[0].Communicator.Channels, protections,
                agreement.Seed)));
        foreach (var sealing in open.Where(variant => variant.Variant.Suite is not null).DistinctBy(variant => variant.Variant.Suite))
        {
            sink.Take(new NoteTaken($"{sealing.Variant.Suite} is computed by {sealing.Communicator.Engine}" + (
                sealing.Communicator.EngineReason is { } reason ? $", because {reason}." : ".")));
        }

        if (!agreement.PlaintextAllowed && parameters.Protections.Contains(Names.Plaintext))
        {
            sink.Take(new NoteTaken(
                "plaintext is not measured, so no overhead is shown: SECURE_COLLECTIVES_ALLOW_PLAINTEXT=1 is not set on every rank."));
        }
        else if (!protections.Contains(Names.Plaintext))
        {
            sink.Take(new NoteTaken("plaintext, the baseline, was not requested, so no overhead is shown."));
        }
    }

    private bool Measure(ControlGroup control, IReadOnlyList<OpenVariant> open, long joined, RoundOrder order,
        CancellationToken cancellationToken)
    {
        (string Collective, long Bytes)[] sizes =
            [.. from collective in parameters.Collectives from bytes in parameters.Sizes select (collective, bytes)];
        Variant[] variants = [.. open.Select(variant => variant.Variant)];
        string[] engines = [.. open.Select(variant => variant.Engine)];
        string[] media = [.. open.Select(variant => variant.Medium)];
        var (wrong, memory) = (0L, 0L);
        // Rank 0 probes between batches. By then the other ranks are waiting for it in the next batch's first operation.
        var countsNear = parameters.Rounds is null or >= MedianInterval.FewestValues;
        Func<double?> coreDistance = ownsMachine && countsNear && control.Rank == 0 ? CoreDistance.Measure : static () => null;
        var (load, processor) = (MachineLoad.Now(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < sizes.Length; i++)
        {
            var (collective, bytes) = sizes[i];
            var what = $"{collective} of {ByteSize.Describe(bytes)}";
            sink.Take(new ProgressMade(i + 1, sizes.Length, $"{what}: warming up"));
            var workbench = new Workbench(Names.Collectives[collective], bytes, control);
            var measurement = new SizeMeasurement(workbench, control, open, order, sizes.Length, parameters.Rounds, coreDistance);
            var number = i + 1;
            var samples = measurement.Run(
                (round, rounds) =>
                    sink.Take(new ProgressMade(number, sizes.Length, $"{what}: round {round} of {rounds}")), cancellationToken);
            memory = Math.Max(memory, control.Max(ResidentMemory.Now() - joined - workbench.BufferBytes));
            wrong += samples.Sum(sample => sample.Wrong);
            foreach (var row in RowFactory.Create(collective, workbench.Bytes, control.Size, variants, engines, media, samples))
            {
                sink.Take(new RowMeasured(row));
            }

            foreach (var note in DelayReport.Notes(
                Names.Collectives[collective], what, workbench.Bytes, control.Size, open[0].Communicator.LocalWorldSize, variants, samples))
            {
                sink.Take(new NoteTaken(note));
            }
        }

        var own = control.Sum((Environment.CpuUsage.TotalTime - processor).TotalSeconds);
        if (ownsMachine && MachineLoad.Between(load, MachineLoad.Now(), own).Warning is { } warning)
        {
            sink.Take(new NoteTaken(warning));
        }

        sink.Take(new RunCompleted(memory, open.Count + 1));
        return wrong == 0;
    }
}
