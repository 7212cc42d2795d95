using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using SecureCollectives.Rpc;
using SecureCollectives.Telemetry;
using SecureCollectives.Testing;
using SecureCollectives.Transport;

namespace SecureCollectives.Tests.Telemetry;

/// <summary>
/// Application listeners that throw in each of their callbacks. Runs alone, because listeners observe all communicators in the process.
/// </summary>
[Collection(RunAlone.Name)]
public sealed class ThrowingListenerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(nameof(ActivityListener.Sample))]
    [InlineData(nameof(ActivityListener.ActivityStarted))]
    [InlineData(nameof(ActivityListener.ActivityStopped))]
    public async Task Job_ActivityCallbackThrows_RunsItsCollectivesAndKeepsTheCallersActivity(string callback)
    {
        var thrown = 0;
        using var listener = Listening(name =>
        {
            if (name == callback)
            {
                Interlocked.Increment(ref thrown);
                throw new InvalidOperationException("The application's fault.");
            }
        });
        using var outer = new Activity("step").Start();

        await RunJobAsync();

        Assert.Same(outer, Activity.Current);
        Assert.True(thrown >= 8, $"The callback ran {thrown} times, not once for each join, communicator, link and call.");
    }

    /// <summary>A second listener still sees the end of each activity that it saw begin.</summary>
    [Fact]
    public async Task InAsync_AnotherListenerThrowsAtTheStart_StopsTheActivity()
    {
        var seen = new ConcurrentQueue<string>();
        using var healthy = Listening(seen.Enqueue);
        using var faulty = Listening(static name =>
        {
            if (name == nameof(ActivityListener.ActivityStarted))
            {
                throw new InvalidOperationException("The application's fault.");
            }
        });

        var given = await Tracing.InAsync(Tracing.Join, static _ => { }, static activity => Task.FromResult(activity));

        Assert.NotNull(given);
        Assert.True(given.IsStopped);
        Assert.Null(Activity.Current);
        Assert.Equal([nameof(ActivityListener.ActivityStarted), nameof(ActivityListener.ActivityStopped)],
            seen.Where(static name => name != nameof(ActivityListener.Sample)));
    }

    [Fact]
    public async Task Job_MeasurementCallbackThrows_RunsItsCollectives()
    {
        var thrown = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "SecureCollectives" && !instrument.IsObservable)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        listener.Start();

        await RunJobAsync();
        RpcMetrics.Refused("test");

        Assert.True(thrown > 2, $"The callback ran {thrown} times.");

        void Throw()
        {
            Interlocked.Increment(ref thrown);
            throw new InvalidOperationException("The application's fault.");
        }
    }

    /// <summary>Instruments are published once per process, so the test uses copies of the assemblies.</summary>
    [Fact]
    public void Classes_ListenerThrowsWhenInstrumentsArePublished_Initialize()
    {
        var throws = false;
        using var meters = new MeterListener { InstrumentPublished = (instrument, _) => ThrowIfOurs(instrument.Meter.Name) };
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source =>
            {
                ThrowIfOurs(source.Name);
                return false;
            },
        };
        ActivitySource.AddActivityListener(activities);
        var copies = new CopiedAssemblies();
        var classes = Array.ConvertAll([typeof(RpcMetrics), typeof(TransportMetrics), typeof(Instruments)], copies.Of);
        throws = true;
        try
        {
            Array.ForEach(classes, static type => RuntimeHelpers.RunClassConstructor(type.TypeHandle));

            Assert.Null(ValueOf(classes[^1], nameof(Instruments.OperationDuration)));
            Assert.Null(ValueOf(classes[^1], nameof(Instruments.Source)));
            Assert.NotNull(Instruments.Source);
        }
        finally
        {
            throws = false;
            Array.ForEach(classes, static type => ((Meter)ValueOf(type, "Meter")!).Dispose());
        }

        void ThrowIfOurs(string name)
        {
            if (throws && name == "SecureCollectives")
            {
                throw new InvalidOperationException("The application's fault.");
            }
        }
    }

    private static async Task RunJobAsync()
    {
        await using var cluster = new LocalCluster(2);
        var jobs = await cluster.JoinAllAsync();
        var members = await LocalCluster.OpenAllAsync(jobs, "gradients", static () => new CommunicatorOptions());
        await LocalCluster.RunAsync(members, async member =>
        {
            var buffer = new float[] { member.Rank + 1 };
            await member.AllReduceAsync<float>(buffer, ReduceOp.Sum, CancellationToken.None);
            Assert.Equal(3, buffer[0]);
        }).WaitAsync(Limit);
    }

    /// <summary>Listens to all of the library's activities, and passes on the name of each callback.</summary>
    private static ActivityListener Listening(Action<string> called)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "SecureCollectives",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
            {
                called(nameof(ActivityListener.Sample));
                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = _ => called(nameof(ActivityListener.ActivityStarted)),
            ActivityStopped = _ => called(nameof(ActivityListener.ActivityStopped)),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static object? ValueOf(Type type, string field) =>
        type.GetField(field, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetValue(null);

    /// <summary>The library's assemblies loaded a second time, with their own static fields.</summary>
    private sealed class CopiedAssemblies : AssemblyLoadContext
    {
        public Type Of(Type original) => Load(original.Assembly.GetName())!.GetType(original.FullName!, throwOnError: true)!;

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name!.StartsWith("SecureCollectives", StringComparison.Ordinal)
                ? LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll"))
                : null;
    }
}
