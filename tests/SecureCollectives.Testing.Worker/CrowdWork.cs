using System.Globalization;

namespace SecureCollectives.Testing.Worker;

/// <summary>
/// Runs eight threads on eight communicators at the same time: four with all ranks, two with the ranks of this rank's parity, and two with
/// this rank's half of the ranks. Each thread makes one call after another and checks every element. Prints "passed TENTHS WRONG HEAP
/// THREADS" after each tenth of the calls: the tenths completed, wrong elements so far, heap bytes without garbage, and threads in the
/// process.
/// </summary>
internal static class CrowdWork
{
    public const string Name = "crowd";

    private const int Wholes = 4;
    private const int Parities = 2;
    private const int Halves = 2;
    private const int Tenths = 10;

    /// <param name="job">The job.</param>
    /// <param name="protection">The protection of every communicator.</param>
    /// <param name="arguments">The number of calls per thread.</param>
    public static async Task<int> RunAsync(Job job, Protection protection, string[] arguments)
    {
        var calls = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var groups = await OpenAsync(job, protection);
        var members = groups.Select((group, index) => new CrowdMember(group, seed: index)).ToArray();
        await Task.WhenAll(members.Select(member => OnItsOwnThread(member.RunEach)));
        var wrong = 0L;
        for (var tenth = 1; tenth <= Tenths; tenth++)
        {
            await Task.WhenAll(members.Select(member => OnItsOwnThread(() => member.Run(calls / Tenths))));
            wrong = members.Sum(member => member.Wrong);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"passed {tenth} {wrong} {GC.GetTotalMemory(forceFullCollection: true)} "
                    + $"{Directory.GetDirectories("/proc/self/task").Length}"));
        }

        foreach (var group in groups.Reverse())
        {
            await group.DisposeAsync();
        }

        return wrong == 0 ? 0 : 1;
    }

    private static async Task<IReadOnlyList<Communicator>> OpenAsync(Job job, Protection protection)
    {
        var groups = new List<Communicator>();
        for (var i = 0; i < Wholes; i++)
        {
            groups.Add(await job.OpenCommunicatorAsync($"{Name} {i}", new CommunicatorOptions { Protection = protection }));
        }

        for (var i = 0; i < Parities; i++)
        {
            groups.Add((await groups[0].SplitAsync(job.Rank % 2, job.Rank))!);
        }

        for (var i = 0; i < Halves; i++)
        {
            groups.Add((await groups[0].SplitAsync(job.Rank * 2 / job.WorldSize, job.Rank))!);
        }

        return groups;
    }

    /// <summary>Runs on a dedicated thread, because every call blocks it.</summary>
    private static Task OnItsOwnThread(Action run) =>
        Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
