using System.Collections.Concurrent;
using SecureCollectives.Identity;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Testing;

/// <summary>
/// All workers of a job in one process. Certificates, rendezvous, control plane and lanes work as they do between machines, but over
/// loopback.
/// </summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();
    private readonly IdentityFiles[] _files;
    private readonly ConcurrentBag<Job> _jobs = [];
    private readonly ConcurrentBag<ReservedPort> _ports = [];

    public LocalCluster(int size)
    {
        Size = size;
        MasterPort = ReservePort();
        _files =
        [
            .. Enumerable.Range(0, size)
                .Select(rank => Pki.WriteFiles(Directory.CreateDirectory(_directory.Combine($"{rank}")).FullName, rank)),
        ];
    }

    public int Size { get; }

    public int MasterPort { get; }

    public TestPki Pki { get; } = new();

    /// <summary>The log of all workers.</summary>
    public RecordingLoggerFactory Logs { get; } = new();

    /// <summary>Returns a port for a listener of this job, reserved for the lifetime of the cluster.</summary>
    public int ReservePort()
    {
        var port = ReservedPort.Draw();
        _ports.Add(port);
        return port.Number;
    }

    /// <summary>Returns the options of a rank; change them before <see cref="JoinAsync"/> to make it misbehave.</summary>
    public JobOptions Options(int rank) => new()
    {
        Rank = rank,
        WorldSize = Size,
        MasterAddress = "127.0.0.1",
        MasterPort = MasterPort,
        RunId = "test-run",
        CertificatePath = _files[rank].Certificate,
        KeyPath = _files[rank].Key,
        AuthorityPath = _files[rank].Authority,
        AllowPlaintext = true,
        JoinTimeout = TimeSpan.FromSeconds(60),
        LoggerFactory = Logs,
        Cores = 1, // Makes one channel the default on any machine.
    };

    /// <summary>
    /// Returns the options of a rank with a certificate other than the cluster's. The files are removed together with the cluster.
    /// </summary>
    /// <param name="rank">The rank that the worker claims.</param>
    /// <param name="pki">The issuer.</param>
    /// <param name="certificateRank">The rank in the certificate.</param>
    /// <param name="job">The job in the certificate.</param>
    public JobOptions OptionsWith(int rank, TestPki pki, int certificateRank, string job = TestPki.DefaultJob) =>
        OptionsWith(rank, pki, pki.Worker(certificateRank, job));

    /// <summary>Returns the options of a rank with a certificate for an identity from a rank map.</summary>
    /// <param name="rank">The rank that the worker claims.</param>
    /// <param name="pki">The issuer.</param>
    /// <param name="worker">The identity in the certificate.</param>
    public JobOptions OptionsWith(int rank, TestPki pki, WorkerId worker)
    {
        var files = pki.WriteFiles(Directory.CreateDirectory(_directory.Combine(Guid.NewGuid().ToString("n"))).FullName, worker);
        var options = Options(0);
        options.Rank = rank;
        options.CertificatePath = files.Certificate;
        options.KeyPath = files.Key;
        options.AuthorityPath = files.Authority;
        return options;
    }

    /// <summary>Replaces a rank's files with those of a new certificate, as a renewal does while the worker runs.</summary>
    /// <param name="rank">The rank.</param>
    /// <param name="lifetime">How long the new certificate is valid from now; null for a day.</param>
    public void Renew(int rank, TimeSpan? lifetime = null) => Pki.WriteFiles(
        Path.GetDirectoryName(_files[rank].Certificate)!, rank, lifetime: lifetime,
            now: lifetime is null ? null : DateTimeOffset.UtcNow);

    /// <summary>Writes a file for a worker, and returns its path. The file is removed together with the cluster.</summary>
    public string WriteFile(string name, string text)
    {
        File.WriteAllText(_directory.Combine(name), text);
        return _directory.Combine(name);
    }

    /// <summary>Joins one worker, which the cluster disposes.</summary>
    public async Task<Job> JoinAsync(JobOptions options, CancellationToken cancellationToken = default)
    {
        var job = await Job.JoinAsync(options, cancellationToken);
        _jobs.Add(job);
        return job;
    }

    /// <summary>Joins all workers and returns their jobs, by rank.</summary>
    public Task<Job[]> JoinAllAsync() =>
        Task.WhenAll(Enumerable.Range(0, Size).Select(rank => Task.Run(() => JoinAsync(Options(rank))))).WaitAsync(Limit);

    /// <summary>
    /// Opens a communicator on all workers and returns them by rank. Starts with the highest rank, and lets each rank get as far as it can
    /// without waiting, so that no higher rank still remembers an earlier failure when lower ranks call.
    /// </summary>
    public static async Task<Communicator[]> OpenAllAsync(Job[] jobs, string id, Func<CommunicatorOptions> options)
    {
        var members = await Task.WhenAll(Enumerable.Reverse(jobs).Select(job => job.OpenCommunicatorAsync(id, options()))).WaitAsync(Limit);
        return [.. Enumerable.Reverse(members)];
    }

    /// <summary>
    /// Runs the same body on all ranks at the same time and waits for all. Each runs on its own thread, because synchronous calls wait for
    /// each other.
    /// </summary>
    public static Task RunAsync(Communicator[] members, Func<Communicator, Task> body) =>
        Task.WhenAll(members.Select(member => OwnThread.RunAsync(() => body(member)))).WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_jobs.Select(job => job.DisposeAsync().AsTask())).WaitAsync(Limit);
        Pki.Dispose();
        _directory.Dispose();
        foreach (var port in _ports)
        {
            port.Dispose();
        }
    }
}
