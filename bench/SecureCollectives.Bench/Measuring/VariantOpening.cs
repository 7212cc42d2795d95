using SecureCollectives.Bench.Faults;
using SecureCollectives.Bench.Parameters;
using SecureCollectives.Bench.Plan;
using SecureCollectives.CommandLine;
using SecureCollectives.Security.Sealing;
using SecureCollectives.Transport.Links;

namespace SecureCollectives.Bench.Measuring;

/// <summary>Opens the communicators of all variants.</summary>
internal sealed class VariantOpening(Job job, BenchParameters parameters)
{
    private const int BitsPerByte = 8;

    /// <exception cref="CommandFailureException">A variant does not support what was requested.</exception>
    public async Task<IReadOnlyList<OpenVariant>> OpenAsync(IReadOnlyList<Variant> variants, CancellationToken cancellationToken)
    {
        var open = new List<OpenVariant>();
        try
        {
            foreach (var variant in variants)
            {
                var communicator = await job.OpenCommunicatorAsync(variant.Id, OptionsWithHooks(variant), cancellationToken)
                    .ConfigureAwait(false);
                open.Add(new OpenVariant(variant, communicator));
            }

            return open;
        }
        catch (NotSupportedException e)
        {
            throw new CommandFailureException(ExitCode.Usage, $"--line-rate cannot be used here. {e.Message}");
        }
    }

    /// <summary>Returns the options of a variant's communicator.</summary>
    public static CommunicatorOptions OptionsOf(Variant variant)
    {
        var transport = Names.Transports[variant.Transport];
        var options = new CommunicatorOptions
        {
            Transport = transport.Kind,
            LocalTransport = transport.Local,
            Protection =
            Names.Protections[variant.Protection]
        };
        if (variant.Suite is { } suite)
        {
            options.Suite = Names.Suites[suite];
        }

        if (variant.Congestion is { } congestion)
        {
            options.CongestionControl = Names.Congestion[congestion];
        }

        if (variant.Setting is { } setting)
        {
            Setting.TryParse(setting, out _)!.Apply(options);
        }

        return options;
    }

    private CommunicatorOptions OptionsWithHooks(Variant variant)
    {
        var options = OptionsOf(variant);
        options.LocalWorldSize = parameters.LocalWorldSize;
        if (options.Channels == 0)
        {
            options.Channels = parameters.Channels ?? (parameters.PlantWrong || parameters.PlantDelayMicroseconds is not null ? 1 : 0);
        }
        // In a hierarchical ring a rank sends to a rank of its host and to one of the next host at the same time; in a flat ring to one
        // rank only.
        var sendingLinks = options.EffectiveLocalWorldSize(job.WorldSize, job.LocalWorldSize) > 1 ? 2 : 1;
        options.Hooks = new LaneHooks { BytesPerSecond = parameters.LineRate / BitsPerByte / sendingLinks, Sealer = FaultOf(variant) };
        return options;
    }

    private Func<FrameSealer, FrameSealer>? FaultOf(Variant variant)
    {
        if (variant.DelayMicroseconds > 0)
        {
            return sealer => new DelayingSealer(sealer, TimeSpan.FromMicroseconds(variant.DelayMicroseconds));
        }

        return parameters.PlantWrong && variant.IsBaseline && job.Rank == 0 ? sealer => new AlteringSealer(sealer, job.WorldSize) : null;
    }
}
