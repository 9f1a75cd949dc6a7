// The chart of the figures by day, hour, agent …; the numbers stand in the table below it as well.
export async function startKpi() {
  const place = document.querySelector("[data-chart]");
  if (!place) return;
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const echarts = await window.loadCharts().catch((error) => { place.textContent = error.message; });
  if (!echarts) return;
  let chart;
  const draw = () => {
    const style = getComputedStyle(document.documentElement);
    const ink = (name) => style.getPropertyValue(name).trim();
    chart?.dispose();
    chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink("--ink-2") },
      grid: { left: 48, right: 52, top: 36, bottom: 32 },
      legend: { top: 4, textStyle: { color: ink("--ink-2") } },
      tooltip: { trigger: "axis", backgroundColor: ink("--surface"), borderColor: ink("--line"), textStyle: { color: ink("--ink") } },
      xAxis: { type: "category", data: data.keys, axisLabel: { color: ink("--ink-3"), hideOverlap: true }, axisLine: { lineStyle: { color: ink("--line-strong") } } },
      yAxis: [
        { type: "value", minInterval: 1, axisLabel: { color: ink("--ink-3") }, splitLine: { lineStyle: { color: ink("--line") } } },
        { type: "value", min: 0, max: 100, axisLabel: { formatter: "{value}%", color: ink("--ink-3") }, splitLine: { show: false } },
      ],
      series: [
        { name: "接听", type: "bar", stack: "calls", barMaxWidth: 28, data: data.answered, itemStyle: { color: ink("--accent") } },
        { name: "未接听", type: "bar", stack: "calls", barMaxWidth: 28, data: data.lost, itemStyle: { color: ink("--line-strong") } },
        { name: "按时接听率", type: "line", yAxisIndex: 1, connectNulls: false, data: data.rate, symbolSize: 7, lineStyle: { width: 2, color: ink("--warn-solid") }, itemStyle: { color: ink("--warn-solid") } },
      ],
    });
  };
  draw();
  addEventListener("resize", () => chart.resize());
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
