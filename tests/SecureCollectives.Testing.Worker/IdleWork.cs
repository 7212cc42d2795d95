namespace SecureCollectives.Testing.Worker;

/// <summary>Opens a communicator of each kind, uses it once, prints "idle", and then does nothing until it is killed.</summary>
internal static class IdleWork
{
    public const string Name = "idle";

    private const int Elements = 100_000;

    private static readonly (string Id, CommunicatorOptions Options)[] Kinds =
    [
        ("sealed", new CommunicatorOptions()),
        ("plain", new CommunicatorOptions { Protection = Protection.UnsafePlaintext }),
        ("wide", new CommunicatorOptions { Lanes = 4 }),
        ("tls", new CommunicatorOptions { Protection = Protection.TlsAndAead }),
        ("grpc", new CommunicatorOptions { Transport = TransportKind.Grpc }),
        ("grpc-tls", new CommunicatorOptions { Transport = TransportKind.Grpc, Protection = Protection.TlsAndAead }),
    ];

    public static async Task<int> RunAsync(Job job)
    {
        var groups = new List<Communicator>();
        foreach (var (id, options) in Kinds)
        {
            var group = await job.OpenCommunicatorAsync(id, options);
            groups.Add(group);
            await group.AllReduceAsync<float>(new float[Elements], ReduceOp.Sum);
        }

        Console.WriteLine(Name);
        await Task.Delay(Timeout.Infinite);
        return groups.Count;
    }
}
