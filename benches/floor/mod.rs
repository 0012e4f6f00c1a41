//! What the benches share: an operation beside its floor, and the ratio of the two.

use std::time::Duration;
use std::time::Instant;

use criterion::BenchmarkId;
use criterion::Criterion;

/// josie's way of an operation, then the floor's.
pub(crate) type Work = Box<dyn Fn()>;

/// Criterion with short turns, and what the command line says.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args()
}

/// Measures both for themselves.
pub(crate) fn bench(criterion: &mut Criterion, operation: &str, name: &str, work: &[Work; 2]) {
    let [josie, floor] = work;
    let mut group = criterion.benchmark_group(operation);
    group.bench_function(BenchmarkId::new(name, "josie"), |b| b.iter(josie));
    group.bench_function(BenchmarkId::new(name, "floor"), |b| b.iter(floor));
    group.finish();
}

/// The median ratio of many short turns, josie and its floor one after the other, so that whatever else the
/// machine does meets both alike.
pub(crate) fn ratio([josie, floor]: &[Work; 2]) -> f64 {
    const TURNS: usize = 301;
    let warm_up = 20.max((20e-3 / time(1, josie)) as u32).min(1_000);
    let once = time(warm_up, josie) / f64::from(warm_up);
    let repeats = (2e-3 / once).clamp(1.0, 10_000.0) as u32;
    let mut ratios: Vec<f64> =
        (0..TURNS).map(|_| time(repeats, josie) / time(repeats, floor)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios[TURNS / 2]
}

fn time(repeats: u32, work: &Work) -> f64 {
    let start = Instant::now();
    for _ in 0..repeats {
        work();
    }
    start.elapsed().as_secs_f64()
}
